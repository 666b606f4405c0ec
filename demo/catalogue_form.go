package demo

// formSpec is a form as the catalogue tells it. Fields are lines of: id, label, source, options. A source is an item's id, or
// @unit @code @period @reporter @phone @date (keys and headers), ~attribute of the person reported on, $entry of a ledger,
// ?a|b:weight|… (a choice), +form.field (the sum over a unit's records of another form), #form.field (their number), or note
// (free text, mostly blank), - (never filled in), =VALUE (always that), !photo !geo !face !id !bank (what they say). Options are described at parseField.
type formSpec struct {
	id, system, title, cycle string
	due                      int    // days after the period's end
	per                      string // unit or record
	who                      string // of record forms: which people, or ledger
	only                     string // towns, or the villages it is asked of: hazard, pilot, town0, town1
	clerk                    bool   // a shared clerk may enter it
	offList                  bool   // not on the approved list; all others are
	unlisted                 bool   // the register does not say whether it is approved
	basis                    string
	season                   []string
	start, end               int    // days before the as-of date on which it was first and last asked; 0: always
	swap                     int    // -1: asked until its system was given up; 1: only from then on; 2: from three months before
	since                    bool   // asked from the launch of its system on
	night                    bool   // demanded in the evening of the period's last day, to be answered at once
	bursts                   bool   // asked every day for two weeks, three times
	census                   bool   // asked once, of one month
	unread                   bool   // nobody but those who hand it in ever opens it
	readers                  string // quarter: exported once a quarter and else unread; machine: pulled by another system
	copyOf                   string // the form whose submissions a machine hands on
	apart                    bool   // kept apart by law from others that ask the same
	fields                   string
}

func formCatalogue() []formSpec {
	var all []formSpec
	for _, part := range [][]formSpec{safetyForms(), civilForms(), welfareForms(), farmForms(), peopleForms(), otherForms(), trapForms(), useForms(), burdenForms()} {
		all = append(all, part...)
	}
	return all
}

// pilot forms are asked of every third village.
const pilot = "pilot"

// Days before the as-of date on which two offices stopped forms.
const stoppedA, stoppedB = 182, 190

const heads = "cm 村（社区） @unit\nyf 报告期 @period\ntbr 填报人 @reporter\ndh 联系电话 @phone\n"

func safetyForms() []formSpec {
	return []formSpec{
		{id: "jy-fns-m", system: "jy-xs", title: "村级防溺水巡查月报表", cycle: "month", due: 3, clerk: true, basis: "县教育局防溺水专项工作通知", fields: heads + `
sy 重点水域（处） water_points
jsp 警示牌（块） water_signs
xc 巡查次数 water_patrols
qz 劝离人次 water_dissuaded
xcd 发放宣传单（份） water_leaflets
yh 发现隐患（处） water_hazards
zg 完成整改（处） water_fixed
jf 走访学生家庭（户次） water_families
bz 备注 note`},
		{id: "yj-fns-m", system: "yj-yjgl", title: "水域安全隐患排查及防溺水工作统计表", cycle: "month", due: 5, offList: true, fields: `
dwmc 填报单位 @unit
dwdm 单位代码 @code
tjrq 填表日期 @date
fzr 填表人 @reporter
zdsy 辖区重点水域数量 water_points
jsbz 安全警示标志数（块） water_signs
pccs 排查巡查（次） water_patrols
fxyh 排查发现隐患数 water_hazards
yhzg 已整改隐患数 water_fixed
qfrc 劝阻劝返人次 water_dissuaded
jsq 救生圈（个） water_lifebuoys`},
		{id: "sl-fns-m", system: "sl-hz", title: "河湖库塘水域安全巡查情况表", cycle: "month", due: 2, offList: true, fields: heads + `
hksl 水域点位数 water_points
xsp 警示标识牌 water_signs
xscs 水域巡查次数 water_patrols
qlrc 劝离涉水人次 water_dissuaded
aqyh 水域安全隐患（处） water_hazards
jssb 配备救生圈数 water_lifebuoys
xchd 宣讲场次 water_talks`},
		{id: "yj-aq-w", system: "yj-yjgl", title: "安全生产隐患排查周报表", cycle: "week", due: 2, basis: "省安委办排查整治通知", fields: `
dwmc 填报单位 @unit
dwdm 单位代码 @code
fzr 填表人 @reporter
jcdw 检查单位（家次） safety_checks
cdry 出动人员（人次） safety_people
yh 排查隐患（处） safety_hazards
zd 其中重大隐患 safety_major
zg 整改隐患（处） safety_fixed`},
		{id: "yj-aq-m", system: "yj-yjgl", title: "安全生产重点工作月报表", cycle: "month", due: 4, fields: `
dwmc 填报单位 @unit
dwdm 单位代码 @code
fzr 填表人 @reporter
hy 召开安全例会（次） safety_meetings
px 安全培训（人次） safety_trained
zgtz 下发整改通知书（份） safety_rectify
dl 道路隐患点检查（处次） safety_roads
rq 燃气用户入户检查（户次） safety_gas
jcdw 本月检查单位（家次） safety_checks
yx 微型消防站灭火器（具） fire_extinguish`},
		{id: "yj-town-m", system: "yj-yjgl", title: "乡镇安全生产隐患排查汇总表", cycle: "month", due: 8, only: "towns", fields: `
xz 乡镇 @unit
fzr 填表人 @reporter
jcdw 检查单位合计（家次） safety_checks
yh 排查隐患合计（处） safety_hazards
zg 整改隐患合计（处） safety_fixed
cdry 出动人员合计（人次） safety_people`},
		{id: "xf-fh-m", system: "xf-fh", title: "消防安全网格巡查月报表", cycle: "month", due: 3, clerk: true, basis: "消防安全网格化管理办法", fields: heads + `
xc 防火巡查（次） fire_patrols
yh 发现火灾隐患（处） fire_hazards
zg 督促整改火灾隐患（处） fire_fixed
jy 检查九小场所（家次） fire_shops
ddc 清理违规充电电动车（辆次） fire_ebikes
qd 劝导（人次） fire_warned
xcp 消防宣传资料（份） fire_leaflets
px 消防培训（人次） fire_trained
yl 消防演练（场） fire_drills`},
		{id: "yj-fx-w", system: "yj-fxft", title: "汛期值班值守与巡查周报", cycle: "week", due: 1, season: []string{"05-15", "09-30"}, fields: heads + `
zb 值班人员（人次） flood_people
dw 山洪灾害危险区（处） flood_points
xq 发现险情（处） flood_hazards
zy 转移群众（人） flood_moved`},
		{id: "sthj-jg-w", system: "sthj-jg", title: "秸秆禁烧巡查周报", cycle: "week", due: 1, season: []string{"09-15", "11-30"}, fields: heads + `
hd 发现火点（处） straw_fires
xc 巡查人员（人次） straw_people
zz 制止焚烧（起） straw_stopped
zr 包保责任是否落实 ?是:98|否:2`},
		{id: "zrzy-dz-m", system: "zrzy-dz", title: "地质灾害隐患点巡查月报", cycle: "month", due: 3, only: "hazard", fields: heads + `
yhd 隐患点（处） geo_points
xc 巡查（次） geo_patrols
lf 新增裂缝（处） geo_cracks
jcr 监测员是否到岗 ?是:97|否:3`},
		{id: "qx-yj-m", system: "qx-yj", title: "预警信息接收转发情况表", cycle: "month", due: 2, clerk: true, unlisted: true, fields: heads + `
js 接收预警信息（条） warnings
hs 其中红色预警（条） warnings_red
lb 大喇叭播报（次） warn_loud
dw 是否转发到组到户 ?是:99|否:1`},
		{id: "jt-lz-m", system: "jt-lz", title: "农村公路路长制巡查月报表", cycle: "month", due: 5, fields: heads + `
lc 管养里程（公里） road_km
xl 路长巡路（次） road_patrols
xb 修补路面（处） road_fixed
sm 清理倒伏树木（棵） road_trees
gsp 公示牌是否完好 ?是:95|否:5
zr 路长责任是否落实 ?是:99|否:1`},
	}
}

func civilForms() []formSpec {
	return []formSpec{
		{id: "sf-tj-m", system: "sf-tj", title: "人民调解工作月报表", cycle: "month", due: 3, basis: "人民调解工作统计制度", fields: heads + `
tj 调解纠纷总数（件） mediate_total
cg 调解成功（件） mediate_ok
hy 婚姻家庭纠纷 mediate_family
td 山林土地纠纷 mediate_land
ll 邻里纠纷 mediate_neighbor
pc 纠纷排查（次） mediate_checks
pf 法治讲座（场） law_talks
zx 法律咨询（人次） law_advice`},
		{id: "zfw-mf-m", system: "zfw-wg", title: "矛盾纠纷排查化解情况统计表", cycle: "month", due: 5, offList: true, fields: `
wg 所属网格 @unit
sj 统计月份 @period
lrr 录入人 @reporter
mdjf 受理矛盾纠纷件数 mediate_total
hjjs 成功化解件数 mediate_ok
jtjf 家庭婚恋矛盾（件） mediate_family
ldjf 土地权属矛盾（件） mediate_land
ljjf 邻里矛盾（件） mediate_neighbor
pccs 开展矛盾排查（次数） mediate_checks
ssj 涉诉信访苗头 ?无:93|有:7`},
		{id: "zfw-wg-w", system: "zfw-wg", title: "网格巡查走访工作周报", cycle: "week", due: 1, basis: "网格化服务管理规范", fields: `
wg 所属网格 @unit
lrr 录入人 @reporter
xc 网格巡查（次） grid_rounds
zf 入户走访（户次） grid_visits
sj 上报事件（件） grid_events
bj 办结事件（件） grid_done
cs 走访商铺（家次） grid_shops
ld 流动人口登记（人次） grid_migrants
xcl 发放平安宣传品（份） grid_leaflets
zd 重点人员走访（人次） grid_keypeople`},
		{id: "fl-ga-m", system: "fl-ga", title: "妇女儿童工作月报表", cycle: "month", due: 4, fields: heads + `
zf 走访困境妇女（户次） women_visits
hd 开展主题活动（场） women_talks
cy 参加妇女（人次） women_people
tj 参与家事调解（件） women_disputes
et 探访困境儿童（人次） child_visits
wx 实现微心愿（份） child_hearts
jy 帮助妇女就业（人） women_jobs
mj 美丽庭院创建（户） women_clean`},
		{id: "tw-zy-m", system: "tw-zy", title: "志愿服务活动月报表", cycle: "month", due: 3, unlisted: true, fields: heads + `
zyz 注册志愿者（人） volunteers
rc 参加活动（人次） vol_people
sc 服务时长（小时） vol_hours`},
		{id: "zzb-dj-m", system: "zzb-dj", title: "党支部组织生活月报表", cycle: "month", due: 2, fields: heads + `
dy 党员人数 party_members
zt 支部主题党日（次） party_meetings
dk 党课（次） party_lessons
cj 参加人次 party_people
jf 学习积分合计 party_points`},
		{id: "wm-sj-m", system: "wm-sj", title: "文明实践活动统计表", cycle: "month", due: 5, unlisted: true, fields: heads + `
cc 活动场次 civil_events
cy 参与群众（人次） civil_people
dw 志愿队伍（支） civil_groups`},
		{id: "zw-sq-m", system: "zw-sq", title: "群众诉求办理情况表", cycle: "month", due: 5, start: 38, fields: heads + `
sl 受理诉求（件） appeals
bj 办结诉求（件） appeals_done
my 回访是否满意 ?满意:80|基本满意:17|不满意:3`},
		{id: "scj-sp-m", system: "scj-sp", title: "食品安全包保责任落实情况表", cycle: "month", due: 3, basis: "食品安全属地管理责任规定", fields: heads + `
zr 包保责任是否落实 ?是:99|否:1
cn 承诺书是否签订 ?是:99|否:1
px 协管员培训是否完成 ?是:97|否:3
jc 聚餐备案是否规范 ?是:96|否:4
gs 责任牌是否公示 ?是:98|否:2`},
		{id: "sp-fh-q", system: "xf-fh", title: "森林防火责任落实情况表", cycle: "quarter", due: 5, fields: heads + `
zr 包山头责任是否落实 ?是:98|否:2
cn 承诺书是否签订 ?是:98|否:2
wz 防火物资是否到位 ?是:95|否:5
hr 护林员是否在岗 ?是:97|否:3
gs 禁火令是否张贴 ?是:99|否:1`},
	}
}
