package analyzer

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func date(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWaiversAnswerRules(t *testing.T) {
	idle := Meta{ID: "idle-system", Family: "unused"}
	checkin := Meta{ID: "policy-checkin", Family: "policy"}
	lowUse := Meta{ID: "policy-low-use", Family: "policy"}
	copied := Meta{ID: "fab-cross-unit", Family: "fabrication"}
	for _, c := range []struct {
		rule string
		meta Meta
		want bool
	}{
		{"", idle, true},
		{"*", checkin, true},
		{"", copied, false},
		{"fabrication", copied, true},
		{"fab-*", copied, true},
		{"idle-system", idle, true},
		{"unused", idle, true},
		{"idle-forced", idle, false},
		{"idle-*", idle, true},
		{"policy-*", checkin, true},
		{"policy", checkin, true},
		{"policy-*", idle, false},
		{"policy-check", checkin, false},
		{"idle-system", lowUse, true},
		{"idle-system", checkin, false},
	} {
		if got := (waiver{rule: c.rule}).answers(c.meta); got != c.want {
			t.Errorf("%q of %s: %v", c.rule, c.meta.ID, got)
		}
	}
}

// exempting is an input whose waivers come from the policy file and from what people granted.
func exempting(granted []waiver, listed ...PolicyWaiver) Input {
	return Input{Policy: &Policy{Waivers: listed}, Waivers: &Waivers{granted}, Window: Window{To: date("2026-06-30")}}
}

func TestFindingsUnderWaivers(t *testing.T) {
	meta := Meta{ID: "policy-checkin", Family: "policy"}
	plan := "防汛抗旱应急预案"
	system := func(ids ...string) queries.Subject { return queries.Subject{Systems: ids} }
	for _, c := range []struct {
		name    string
		subject queries.Subject
		in      Input
		status  string
		said    []string
	}{
		{"none", system("a"), exempting(nil), "open", nil},
		{"in force on its last day", system("a"), exempting(nil, PolicyWaiver{Rule: "policy-*", System: "a", Basis: plan, Until: "2026-06-30"}), "waived", []string{"in_force"}},
		{"ran out the day before", system("a"), exempting(nil, PolicyWaiver{System: "a", Basis: plan, Until: "2026-06-29"}), "open", []string{"ended"}},
		{"begins tomorrow", system("a"), exempting(nil, PolicyWaiver{System: "a", Basis: plan, From: "2026-07-01", Until: "2026-09-30"}), "open", nil},
		{"renewed", system("a"), exempting(nil,
			PolicyWaiver{System: "a", Basis: "旧", Until: "2025-12-31"}, PolicyWaiver{System: "a", Basis: plan, From: "2026-01-01", Until: "2026-12-31"}), "waived", []string{"in_force"}},
		{"granted by a person", system("a"), exempting([]waiver{{rule: "policy-checkin", system: "a", basis: plan, until: date("2026-12-31"), by: "李某"}}), "waived", []string{"granted"}},
		{"without a basis", system("a"), exempting([]waiver{{rule: "policy-checkin", system: "a", until: date("2026-12-31")}}), "open", []string{"no_basis"}},
		{"without an expiry", system("a"), exempting([]waiver{{rule: "policy-checkin", system: "a", basis: plan}}), "waived", []string{"no_expiry"}},
		{"another system", system("b"), exempting(nil, PolicyWaiver{System: "a", Basis: plan, Until: "2026-12-31"}), "open", nil},
		{"one of two", system("a", "b"), exempting(nil, PolicyWaiver{System: "a", Basis: plan, Until: "2026-12-31"}), "open", []string{"in_force", "partly"}},
		{"both", system("a", "b"), exempting(nil,
			PolicyWaiver{System: "a", Basis: plan, Until: "2026-12-31"}, PolicyWaiver{System: "b", Basis: plan, Until: "2026-12-31"}), "waived", []string{"in_force", "in_force"}},
		{"a form", queries.Subject{Forms: []string{"f"}}, exempting(nil, PolicyWaiver{Form: "f", Basis: plan, Until: "2026-12-31"}), "waived", []string{"in_force"}},
		{"nothing named", queries.Subject{}, exempting(nil, PolicyWaiver{System: "a", Basis: plan, Until: "2026-12-31"}), "open", nil},
	} {
		shared := []queries.Message{{Key: "detector's own"}}
		f := queries.Finding{Subject: c.subject, Status: "open", Explanations: shared[:1:1]}
		c.in.honour(&f, meta, c.in.waivers())
		var said []string
		for _, e := range f.Explanations[:len(f.Explanations)-1] {
			said = append(said, strings.TrimPrefix(e.Key, "waiver.explain."))
		}
		if f.Status != c.status || !slices.Equal(said, c.said) || shared[0].Key != "detector's own" {
			t.Errorf("%s: %s %v, want %s %v", c.name, f.Status, said, c.status, c.said)
		}
	}
	f := queries.Finding{Subject: system("a"), Status: "not_assessed"}
	in := exempting(nil, PolicyWaiver{System: "a", Basis: plan, Until: "2026-12-31"})
	if in.honour(&f, meta, in.waivers()); f.Status != "not_assessed" || f.Explanations != nil {
		t.Error("what was not assessed needs no waiver")
	}
}

func TestWaiversOfThePolicyFile(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ waiver, line, want string }{
		{"{rule: policy-chekin, system: a, basis: b, until: 2026-12-31}", ":3: waivers[0].rule", "there is no rule"},
		{"{rule: polic*, basis: b, until: 2026-12-31}", ":3: waivers[0].system", "exempts nobody"},
		{"{system: a, form: f, basis: b, until: 2026-12-31}", "waivers[0].system", "not several"},
		{"{rule: unused, system: a}", "waivers[0].basis", "is missing"},
		{"{rule: policy-checkin, system: a, basis: b}", "waivers[0].until", "is missing"},
		{"{system: a, basis: b}", "waivers[0].until", "is missing"},
		{"{rule: unused, system: a, basis: b, until: 2026-13-01}", "waivers[0].until", "no day"},
		{"{rule: unused, system: a, basis: b, from: 2026-07-01, until: 2026-06-01}", "waivers[0].until", "before"},
		{"{rule: unused, system: a, basis: b, unti: 2026-06-01}", "3:", "unti"},
	} {
		path := write("version: x\nwaivers:\n  - " + c.waiver + "\n")
		_, err := LoadPolicy(path)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.line) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.waiver, err)
		}
	}
	p, err := LoadPolicy(write("version: x\nwaivers:\n  - {rule: unused, system: a, basis: b}\n"))
	if err != nil || len(p.Waivers) != 1 || !p.Waivers[0].waiver().until.IsZero() {
		t.Errorf("what is no rule of policy may be waived without an end: %v %v", p, err)
	}
}

// What docs/rules.md shows is accepted.
func TestWaiversAsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatal("docs/rules.md shows no waivers")
	}
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(path, regexp.MustCompile("(?m)^   ").ReplaceAll(block[1], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := LoadPolicy(path)
	if err != nil || len(p.Waivers) != 3 {
		t.Fatal(p, err)
	}
}

// A waiver in force always wins over those that ended, in whatever order they are listed.
func TestBestWaiver(t *testing.T) {
	meta := Meta{ID: "policy-checkin", Family: "policy"}
	today := date("2026-06-30")
	rapid.Check(t, func(t *rapid.T) {
		var all []waiver
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			all = append(all, waiver{system: "a", basis: "b", until: today.AddDate(0, 0, rapid.IntRange(-3, 3).Draw(t, "days"))})
		}
		w, standing, found := best(all, waivedThing{system: "a"}, meta, today)
		inForce := slices.ContainsFunc(all, func(x waiver) bool { return !x.until.Before(today) })
		if !found || (standing == waiverInForce) != inForce {
			t.Fatalf("%v of %v", w, all)
		}
		for _, x := range all {
			if x.until.After(w.until) {
				t.Fatalf("%v lasts longer than %v", x, w)
			}
		}
	})
}

func FuzzPages(f *testing.F) {
	words, err := loadRuleWords()
	if err != nil {
		f.Fatal(err)
	}
	for _, page := range []string{"/zyfw/api/points/checkin", "/jf/qiandao.do", "/a/checkIn", "/mall/goods/{id}", "/积分/排行", "", "//", "/map/points", "\xff"} {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		for _, topic := range pageTopics {
			if word := words.page(topic, page); word != "" && words.page(topic, page) != word {
				t.Errorf("%q is about %s once, and not again", page, topic)
			}
		}
	})
}

func TestWordsOfPages(t *testing.T) {
	words, err := loadRuleWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		topic, page string
		want        bool
	}{
		{"checkin", "/zyfw/api/points/checkin", true},
		{"checkin", "/jf/qiandao.do", true},
		{"checkin", "/api/checkIn", true},
		{"checkin", "/api/check-in/today", true},
		{"checkin", "/api/user/points", true},
		{"checkin", "/积分/排行榜", true},
		{"checkin", "/api/map/points", false},
		{"checkin", "/api/checking/list", false},
		{"checkin", "/api/checkpoints", false},
		{"checkin", "/water/points/{id}", false},
		{"checkin", "/forms/list", false},
		{"trade", "/api/mall/goods", true},
		{"trade", "/shoppingCart/add", true},
		{"trade", "/smallholders/list", false},
		{"trade", "/cartography/{id}", false},
		{"trade", "/pay/order", false},
	} {
		if got := words.page(c.topic, c.page) != ""; got != c.want {
			t.Errorf("%s: %s %v", c.page, c.topic, got)
		}
	}
}

func TestWordsOfLabels(t *testing.T) {
	words, err := loadRuleWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		topic, label, title, system string
		want                        bool
	}{
		{"checkin", "學習積分合計", "黨支部組織生活月報表", "", true},
		{"checkin", "每日签到率（%）", "", "", true},
		{"checkin", "APP积分排名", "", "", true},
		{"checkin", "参会签到人数", "会议情况", "某平台", false},
		{"checkin", "农户兑换积分（分）", "乡村治理积分制运行月报表", "", false},
		{"checkin", "环境卫生评比排名", "人居环境月报", "人居环境平台", false},
		{"checkin", "品种产量排名", "农作物品种试验", "", false},
		{"forced", "安装率（%）", "国家反诈中心APP推广安装情况月报表", "", true},
		{"forced", "“某某”小程序注册人数", "", "", true},
		{"forced", "公众号关注人数", "", "", true},
		{"forced", "日活跃用户数", "", "", true},
		{"forced", "注册志愿者（人）", "志愿服务活动月报表", "志愿服务平台", false},
		{"forced", "灭火器安装数", "消防APP巡查表", "", false},
		{"forced", "充电桩安装率", "", "某平台", false},
		{"forced", "技术推广面积（亩）", "", "", false},
		{"trace", "入户走访照片", "", "", true},
		{"trace", "现场照片", "网格员巡查表", "", true},
		{"trace", "学习时长（小时）", "", "", true},
		{"trace", "受灾房屋照片", "灾情核查表", "", false},
		{"trace", "隐患点坐标", "地质灾害隐患点核查季报表", "", false},
		{"trace", "现场照片", "违法建设执法取证表", "", false},
		{"trace", "学习时长", "继续教育学时登记", "", false},
		{"trace", "照片", "农产品图册", "", false},
		{"trade", "清理小广告（处）", "", "", false},
		{"trade", "工会会员数", "", "", false},
	} {
		if got := words.speaks(c.topic, c.label, c.title, c.system) != ""; got != c.want {
			t.Errorf("%s in %s: %s %v", c.label, c.title, c.topic, got)
		}
	}
}

func TestPersonalFields(t *testing.T) {
	words, err := loadRuleWords()
	if err != nil {
		t.Fatal(err)
	}
	form := func(title, per string, labels ...string) queries.Form {
		f := queries.Form{ID: "f", Title: title, Per: per}
		for i, l := range labels {
			f.Fields = append(f.Fields, queries.Field{ID: string(rune('a' + i)), Label: l})
		}
		return f
	}
	for _, c := range []struct {
		form queries.Form
		want []string
	}{
		{form("残疾人情况表", "record", "姓名", "身份证号", "残疾类别", "联系电话", "补贴金额"), []string{"identity", "health!", "phone"}},
		{form("留守儿童登记表", "record", "儿童姓名", "证件号码", "监护人联系电话"), []string{"minor!", "phone"}},
		{form("救助发放名册", "record", "户主姓名", "银行卡号", "宗教信仰"), []string{"account!", "religion!"}},
		{form("残疾人月报", "unit", "残疾人数", "高血压随访人次", "填报人", "联系电话"), nil},
		{form("困难群众统计表", "unit", "低保人数", "代表性对象身份证号", "填报人身份证号"), []string{"identity"}},
		{form("动物防疫台账", "record", "养殖场编号", "疾病种类", "免疫剂次"), nil},
	} {
		var got []string
		for _, p := range words.personalFields(c.form) {
			class := p.class
			if p.sensitive {
				class += "!"
			}
			got = append(got, class)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.form.Title, got, c.want)
		}
	}
	for label, want := range map[string]bool{"人脸特征值": true, "指纹": true, "虹膜信息": true, "人脸识别门禁（台）": false, "转基因作物": false, "人脸采集人数": false} {
		if got := words.biometric(queries.Field{Label: label}); got != want {
			t.Errorf("%s: %v", label, got)
		}
	}
	if words.biometric(queries.Field{Label: "指纹锁", Type: "integer"}) || !words.biometric(queries.Field{Label: "人脸照片", Type: "photo"}) {
		t.Error("types decide before labels")
	}
}

func TestWaiversThatNameNobody(t *testing.T) {
	in := exempting(nil, PolicyWaiver{System: "a"}, PolicyWaiver{System: "typo"}, PolicyWaiver{Owner: "民政局"}, PolicyWaiver{Owner: "民政厅"}, PolicyWaiver{Form: "nowhere"})
	registry, err := queries.OpenRegistry(t.Context(), querytest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	in.Registry = registry
	in.Registry.DeclareSystem(queries.System{ID: "a", Owner: "民政局"})
	if got := in.strayWaivers(); !slices.Equal(got, []string{"typo", "民政厅", "nowhere"}) {
		t.Error(got)
	}
}
