package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// wordingText lists other labels for what forms ask: an item, ~attribute of persons or @head, then labels without unit of
// measure. Each says the same; what tells look-alikes apart (户籍, 常住, 年末) stays in all of them.
const wordingText = `
@unit: 村名 | 行政村（社区）名称 | 上报单位 | 村居
@code: 统计用区划代码 | 村级代码 | 单位区划码
@period: 统计期 | 所属期 | 数据所属期
@reporter: 经办人 | 上报人 | 录入人员
@phone: 经办人电话 | 手机号码 | 联系方式
@date: 上报日期 | 填报时间 | 报送日期
water_points: 重点涉水点位 | 河塘库渠水域数 | 危险水域个数
water_signs: 防溺水警示牌数 | 设置警示标牌 | 警示标识数量
water_patrols: 防溺水巡查次数 | 水边巡逻次数 | 开展水域巡防
water_dissuaded: 劝离戏水人员 | 劝阻野泳人次 | 劝返涉水人次
water_hazards: 水域隐患数 | 排查出涉水隐患 | 发现水边安全隐患
water_fixed: 水域隐患已整改数 | 涉水隐患整改完成 | 已消除的水边隐患
water_lifebuoys: 救生圈配备数 | 投放救生圈 | 现有救生圈
mediate_total: 调处矛盾纠纷总件数 | 纠纷受理总数 | 矛盾纠纷总量
mediate_ok: 调解成功件数 | 纠纷化解数 | 成功调处
mediate_family: 婚姻家庭类矛盾 | 家庭纠纷 | 婚恋家庭纠纷数
mediate_land: 土地山林类矛盾 | 承包地山林纠纷 | 涉土地纠纷数
mediate_neighbor: 邻里间纠纷 | 邻居矛盾 | 相邻关系纠纷数
mediate_checks: 纠纷排查次数 | 矛盾排查 | 组织排查纠纷
dibao_hh: 低保家庭户数 | 城乡低保户 | 享受低保的户
dibao_people: 低保对象人数 | 城乡低保人数 | 享受低保的人
dibao_new: 新纳入低保人数 | 本期新增保障人数 | 新增低保对象
dibao_left: 退出低保人数 | 本期退保人数 | 停发低保对象
dibao_standard: 低保标准 | 月保障标准 | 最低生活保障标准
tekun: 特困人员数 | 特困供养对象 | 五保特困人数
edge_people: 低保边缘人员 | 低收入边缘家庭人口 | 边缘人口数
relief_times: 临时救助次数 | 实施临时救助 | 享受临时救助人次
relief_amount: 临时救助发放金额 | 发放临时救助金 | 临时救助支出
risk_cleared: 消除返贫风险户 | 风险消除户数 | 稳定消除风险
old60: 60岁及以上人数 | 六十岁以上老人 | 满60岁老年人
old65: 65岁及以上人数 | 六十五岁以上老人 | 满65岁老年人
old80: 80岁及以上人数 | 八十岁以上老人 | 满80岁老年人
old_disabled: 失能老人 | 生活不能自理老人 | 失能老年人口
old_alone: 独居老人 | 独自生活的老年人 | 单独居住老人
ph_records: 健康档案建档数 | 居民健康档案总份数 | 已建健康档案
ph_new: 新建健康档案数 | 本期建档 | 新立居民档案
ph_bp: 高血压随访 | 高血压病人随访次数 | 随访高血压患者
ph_sugar: 糖尿病随访 | 糖尿病病人随访次数 | 随访糖尿病患者
ph_child: 儿童健康管理 | 0—6岁儿童管理 | 儿童体检管理
ph_maternal: 孕产妇保健管理 | 孕产妇随访 | 管理孕产妇
ph_vaccine: 疫苗接种数 | 接种疫苗 | 免疫接种剂次
job_out: 外出务工总人数 | 外出打工人数 | 在外就业劳动力
job_out_province: 省外务工人数 | 出省打工 | 到省外就业
job_county: 县内就业人数 | 县域务工 | 在本县务工
job_home: 返乡人数 | 回流返乡劳动力 | 务工返乡
job_trained: 参加技能培训 | 职业培训人次 | 就业培训人次
job_posts: 公益岗位数 | 公益性岗位人数 | 公益岗安置
house_total: 农房总栋数 | 农村住房总数 | 村民房屋数
house_c: C级危房 | 鉴定C级 | C级房屋数
house_d: D级危房 | 鉴定D级 | D级房屋数
house_self: 村民自建房 | 自建农房数 | 自建房数量
house_business: 经营性自建房数 | 用于经营的自建房 | 自建房经营用途
house_repaired: 已加固房屋 | 除险加固数 | 修缮加固栋数
garbage_tons: 生活垃圾清运 | 垃圾收运量 | 清理生活垃圾
garbage_points: 垃圾收集点 | 垃圾投放点数 | 垃圾点位数
toilets_new: 改厕数 | 新改建卫生厕所 | 户厕改造
sewage_hh: 污水治理户 | 纳入污水治理的户数 | 生活污水处理覆盖
clean_ponds: 坑塘清理 | 整治坑塘 | 清淤坑塘数
clean_ditch: 沟渠清理 | 疏通沟渠 | 清淤沟渠长度
wheat_area: 小麦种植面积 | 麦田面积 | 小麦播种
grain_kg: 粮食销售量 | 售粮数量 | 卖出粮食
grain_income: 粮食销售收入 | 售粮收入 | 卖粮所得
pigs: 生猪存栏数 | 存栏生猪 | 生猪在栏
poultry: 家禽存栏数 | 存栏家禽 | 家禽在栏
cattle: 牛存栏数 | 存栏牛 | 肉牛在栏
mach_asked: 农机补贴申请 | 申请补贴农机 | 提出补贴申请的机具
mach_bought: 购买农机 | 新购农机 | 购置农业机械
mach_subsidy: 农机补贴资金 | 农机购置补贴额 | 兑付农机补贴
pop_registered: 户籍总人口 | 户籍人数 | 本村户籍人口
pop_resident: 常住总人口 | 常住人数 | 本村常住人口
~id: 居民身份证号码 | 身份证号 | 公民身份号码
~name: 姓名 | 人员姓名 | 本人姓名
~sex: 性别 | 人员性别 | 性别情况
~guardian: 监护人 | 监护人名字 | 监护责任人姓名
~guardian-phone: 监护人联系方式 | 监护人手机号 | 监护人电话号码
~guardian-kind: 监护方式 | 由谁监护 | 监护情况
~school: 就读学校名称 | 所在学校 | 在读学校
~parents: 父母外出务工情况 | 父母务工情形 | 父母外出
~disability: 残疾类型 | 残疾种类 | 致残类别
~disability-grade: 残疾级别 | 残疾程度等级 | 评定等级
~care: 需不需要护理 | 护理需要 | 是否有护理需求
~dibao: 是否享受低保 | 低保情况 | 低保对象标志
~risk: 危险性分级 | 风险评估级别 | 风险级别
`

// reword gives every field that the wording knows another label, drawn by the seed, turns the codes of coded answers round,
// and changes the order of the payload. What the forms ask stays the same.
func reword(forms []*form, seed uint64) error {
	words, err := wording()
	if err != nil {
		return err
	}
	for _, f := range forms {
		s := newStream(seed, "wording", f.spec.id)
		for i := range f.fields {
			fd := &f.fields[i]
			if list := words[fd.subject()]; list != nil {
				f.relabel(s, i, list)
			}
			if fd.codes != nil {
				fd.recode(s)
			}
		}
		f.shuffle(s)
	}
	return nil
}

func wording() (map[string][]string, error) {
	out := map[string][]string{}
	for n, line := range strings.Split(strings.TrimSpace(wordingText), "\n") {
		subject, labels, found := strings.Cut(line, ": ")
		if !found || out[subject] != nil {
			return nil, fmt.Errorf("unable to read line %d of the wording: %q", n+1, line)
		}
		out[subject] = strings.Split(labels, " | ")
	}
	return out, nil
}

// subject is what the wording calls what a field asks.
func (fd *field) subject() string {
	switch {
	case fd.source == fromItem:
		return fd.item.id
	case fd.source == fromPerson:
		return "~" + fd.attribute
	}
	for word, kind := range headSources {
		if kind == fd.source {
			return word
		}
	}
	return ""
}

// relabel takes a label that no other field of the form has. The unit of measure is told mostly, and always where it is not
// the usual one.
func (f *form) relabel(s stream, i int, labels []string) {
	fd := &f.fields[i]
	for _, label := range sample(s, labels, len(labels)) {
		if fd.of != "" && (fd.scale != 1 || s.chance(0.7)) {
			label += "（" + fd.of + "）"
		}
		if !slices.ContainsFunc(f.fields, func(other field) bool { return other.label == label }) {
			fd.label = label
			return
		}
	}
}

// recode numbers the coded answers anew, in another order.
func (fd *field) recode(s stream) {
	var answers []string
	for answer := range fd.codes {
		answers = append(answers, answer)
	}
	slices.Sort(answers)
	codes := map[string]string{}
	first := s.between(0, 2)
	for i, at := range s.Perm(len(answers)) {
		codes[answers[at]] = strconv.Itoa(first + i)
	}
	fd.codes = codes
}

// shuffle changes the order of the payload; keys and headers stay in front, as they do on paper.
func (f *form) shuffle(s stream) {
	var payload []int
	for i := range f.fields {
		if f.payload(i) {
			payload = append(payload, i)
		}
	}
	before := slices.Clone(f.fields)
	for k, at := range s.Perm(len(payload)) {
		f.fields[payload[k]] = before[payload[at]]
	}
}
