package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// The county's division code begins with 99, which GB/T 2260 gives to no province.
const (
	countyName = "青山县"
	countyCode = "990121000000"
)

// place is a unit of the tree: the county, a town, or a village or community.
type place struct {
	code, name, parent, kind string
	town                     int // index of the town, of villages
	population, households   float64
	farmland                 float64 // mu
	staff                    int
	diligence                float64 // 0..1: how punctually it reports
	speed                    float64 // factor of the time its people take for a field
	officials                []person
}

// person is one who holds an account.
type person struct {
	name, phone, account string
}

var (
	townNames = []string{
		"城关镇", "青溪镇", "白石镇", "柳河镇", "云岭镇", "枫桥镇", "双塘镇", "石门乡", "南坪乡", "竹园乡", "黄沙镇", "北岭乡",
		"松林镇", "长坪乡", "沙湾镇", "梅川乡", "马鞍镇", "铁炉乡", "水磨镇", "桃源乡",
	}
	villageFirst = strings.Split("大小上下东西南北前后新老长高双三五七九青白黄红石金银铁龙凤马牛鹿鹤松柳杨桐梅竹桃李枣槐茶麻荷兰云雨雪霞清甘泉井沙岩", "")
	villageMid   = strings.Split("家山河溪泉石林田沟湾岭坪坡井塘岗冲关桥树花峰岩", "")
	villageLast  = strings.Split("庄湾坪岭桥沟营铺塘坝寨河店堡口坡岗垭冲畈圩集屯", "")
	surnames     = strings.Split("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文", "")
	givenFirst   = strings.Split("建国志明文德永春秋玉秀桂兰淑美丽红军海涛伟强磊勇杰俊宏光荣福祥瑞金银学世家克少佳晓雨思梦子宇浩欣雅静慧敏芳英凤珍莲翠彩霞云", "")
	givenSecond  = strings.Split("华平生林峰波斌龙辉亮刚民兴旺发才贵财富根柱山川江河英芳兰梅菊香珍玲娟燕琴花萍艳莉婷洁倩轩涵怡晨阳宁安康乐成", "")
)

func personName(s stream) string {
	name := pick(s, surnames) + pick(s, givenFirst)
	if s.chance(0.82) {
		name += pick(s, givenSecond)
	}
	return name
}

// phoneNumber is in a number range that China assigns to no operator.
func phoneNumber(s stream) string { return fmt.Sprintf("100%08d", s.IntN(100_000_000)) }

func newPlaces(seed uint64, n int) (towns, villages []place) {
	s := newStream(seed, "places")
	count := min(max(n/12, 2), len(townNames))
	for i := 0; i < count; i++ {
		code := fmt.Sprintf("990121%03d000", 100+i)
		if strings.HasSuffix(townNames[i], "乡") {
			code = fmt.Sprintf("990121%03d000", 200+i)
		}
		towns = append(towns, place{code: code, name: townNames[i], parent: countyCode, kind: "town", town: i, speed: 1, diligence: 1})
	}
	used := map[string]bool{}
	serial := make([]int, count)
	for v := 0; v < n; v++ {
		town := v % count
		kind, suffix, first := "village", "村", 200
		if town == 0 && v/count >= n/count/4 || town == 1 && v == 1 {
			kind, suffix, first = "community", "社区", 1
		}
		code := fmt.Sprintf("%s%03d", towns[town].code[:9], first+serial[town])
		serial[town]++
		villages = append(villages, newVillage(s, code, villageName(s, used)+suffix, kind, town, towns[town].code))
	}
	shortHanded(villages)
	for i := range towns {
		towns[i].officials = officials(s, towns[i].code, 3)
		for _, v := range villages {
			if v.town == i {
				towns[i].population += v.population
				towns[i].staff += 2
			}
		}
	}
	return towns, villages
}

// shortHanded takes the staff of a few of the smallest villages away: one person does everything there.
func shortHanded(villages []place) {
	order := make([]int, len(villages))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(villages[a].population, villages[b].population) })
	for n, v := range order[:5] {
		villages[v].staff = 1
		if n%5 >= 3 {
			villages[v].staff = 2
		}
	}
}

func villageName(s stream, used map[string]bool) string {
	for {
		name := pick(s, villageFirst) + pick(s, villageMid) + pick(s, villageLast)
		if s.chance(0.25) {
			name = pick(s, surnames) + "家" + pick(s, villageLast)
		}
		if !used[name] {
			used[name] = true
			return name
		}
	}
}

func newVillage(s stream, code, name, kind string, town int, parent string) place {
	median, mu := 1650.0, 3100.0
	if kind == "community" {
		median, mu = 4200, 260
	}
	p := place{code: code, name: name, parent: parent, kind: kind, town: town}
	p.population = math.Round(min(max(s.lognormal(median, 0.45), 380), 14000))
	p.households = math.Round(p.population / (2.6 + 1.1*s.Float64()))
	p.farmland = math.Round(s.lognormal(mu, 0.5))
	p.staff = 4 + int(p.population/900) + s.IntN(3)
	p.diligence = 0.55 + 0.45*s.Float64()
	p.speed = s.lognormal(1, 0.22)
	p.officials = officials(s, code, 2+s.IntN(3))
	return p
}

func officials(s stream, code string, n int) []person {
	out := make([]person, n)
	for i := range out {
		out[i] = person{name: personName(s), phone: phoneNumber(s), account: fmt.Sprintf("qs%s%02d", code[6:], i+1)}
	}
	return out
}

// residentID makes an identifier of GB 11643 form with a right check digit (ISO 7064 MOD 11-2) in the fictional county.
func residentID(birth string, serial int) string {
	body := fmt.Sprintf("990121%s%03d", birth, serial%1000)
	return body + string(checkDigit(body))
}

// checkDigit is the 18th character of a resident identifier for its first 17 digits.
func checkDigit(body string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(body[i]-'0')
	}
	return "10X98765432"[sum%11]
}
