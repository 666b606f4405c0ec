package demo

// trapForms are forms beside which a careless comparison goes wrong: what looks like asking twice and is none, and what is
// asked twice in other words, units or codes. docs/demo.md lists the traps; truth_trap.go finds them in the forms.
func trapForms() []formSpec {
	return []formSpec{
		// The form of last year and its successor: never asked for the same period.
		{id: "mz-za-m", system: "mz-shjz", title: "特困供养人员照料服务月报表（上年版）", cycle: "month", due: 5, end: 181, fields: tekunFields},
		{id: "mz-zb-m", system: "mz-shjz", title: "特困供养人员照料服务月报表", cycle: "month", due: 5, start: 180, fields: tekunFields},
		// A machine hands the county's submissions on to the province.
		{id: "mz-gj-m", system: "mz-gj", title: "社会救助对象动态归集表", cycle: "month", due: 8, copyOf: "mz-jz-m", basis: "社会救助工作统计制度", fields: heads + `
dbhs 低保户数 dibao_hh
dbrs 低保人口数 dibao_people
xzrs 本月新增低保（人） dibao_new
tcrs 本月退出低保（人） dibao_left
bzje 低保保障标准（元/月） dibao_standard
tkrs 特困供养人员数 tekun
byrs 低保边缘人口数 edge_people
lsrc 临时救助人次 relief_times
lsje 临时救助金额（元） relief_amount`},
		// Sums over longer periods.
		{id: "cz-jz-q", system: "cz-zf", title: "惠民补助资金使用情况季报表", cycle: "quarter", due: 12, fields: `
xzc 行政村 @unit
xzcdm 行政区划代码 @code
tbr 填表人 @reporter
lsrc 本季临时救助人次 relief_times
lsje 本季临时救助金额（元） relief_amount
gcs 本季新改户厕（座） toilets_new
btje 发放惠农补贴（元） subsidy_paid
jccs 资金检查（次） budget_checked`},
		{id: "tj-sh-y", system: "tj-nb", title: "农村社会事业年报", cycle: "year", due: 26, basis: "农村社会事业统计制度", fields: heads + `
lsrc 全年临时救助（人次） relief_times
gcs 全年新改户厕（座） toilets_new
jds 全年新增健康档案（份） ph_new
lnr 年末60周岁以上老年人数 old60
dbr 年末低保人口数 dibao_people`},
		// Totals of records that are handed in one by one.
		{id: "cz-zc-m", system: "cz-zf", title: "村级零星支出月度汇总表", cycle: "month", due: 9, fields: `
xzc 行政村 @unit
xzcdm 行政区划代码 @code
tbr 填表人 @reporter
zje 零星支出合计（元） +ny-zc-l.je of=元 digits=2
bs 零星支出笔数 #ny-zc-l.pz of=笔
kc 月末库存现金（元） cash_left`},
		{id: "fl-et-q", system: "fl-ga", title: "儿童关爱服务季度统计表", cycle: "quarter", due: 12, fields: heads + `
lses 留守儿童人数 #jy-ls-p.sfz of=人
etj 儿童之家（个） child_homes
hds 关爱活动（场） child_activities
zyz 结对志愿者（人） child_volunteers`},
		// The same data in other units of measure.
		{id: "cz-bt-m", system: "cz-zf", title: "耕地地力保护补贴基础数据月报", cycle: "month", due: 8, fields: `
xzc 行政村 @unit
xzcdm 行政区划代码 @code
tbr 填表人 @reporter
mjgd 小麦面积（公顷） wheat_area *0.06666666666666667 of=公顷 digits=2
lsxl 粮食销量（吨） grain_kg *0.001 of=吨 digits=3
lsxs 粮食销售额（元） grain_income
hfsy 化肥使用量（公斤） fertilizer`},
		// The same data from another day: a quarter of the figures are those of the month before.
		{id: "ny-xm-m", system: "ny-sz", title: "畜牧产能调度月报表", cycle: "month", due: 6, fields: `
xzc 行政村 @unit
xzcdm 行政区划代码 @code
tbr 填表人 @reporter
szcl 生猪存栏量（头） pigs stale=.28
jqcl 家禽存栏量（羽） poultry stale=.28
ncl 牛存栏量（头） cattle stale=.28
gmh 规模养殖户（户） pig_farms`},
		// Other definitions of nearly the same thing.
		{id: "tj-cz-q", system: "tj-cy", title: "农村住户与耕地季度调查表", cycle: "quarter", due: 9, basis: "农村住户调查制度", fields: heads + `
srdy 农村居民人均可支配收入（元） income_disposable
hsdy 常住户数 households_resident
gddy 实际耕种面积（亩） arable_actual`},
		{id: "ny-jy-q", system: "ny-sz", title: "农村经营管理情况季报表", cycle: "quarter", due: 10, fields: heads + `
crsr 农民人均纯收入（元） income_net
hjhs 户籍户数 households
qqgd 确权耕地面积（亩） arable_contract`},
		// Constants and answers that are yes nearly everywhere.
		{id: "zfw-lz-m", system: "zfw-wg", title: "网格员履职情况月报表", cycle: "month", due: 3, fields: `
wg 所属网格 @unit
lrr 录入人 @reporter
lhcs 召开网格例会（次） grid_meetings
cqts 网格员出勤（天） grid_days
zgqk 网格员是否在岗 ?是:97|否:3
tzqk 工作台账是否规范 ?是:96|否:4
pxqk 网格员培训是否完成 ?是:97|否:3
cnqk 平安承诺书是否签订 ?是:99|否:1`},
		// Figures that a third of the villages copy from another form, though something else is asked.
		{id: "fl-qs-m", system: "fl-ga", title: "青少年关爱走访月报表", cycle: "month", due: 4, fields: heads + `
zfhs 走访青少年家庭（户次） youth_visits copy=school_visits:.35
hdrc 青少年参加活动（人次） youth_people copy=vol_people:.3
bfrs 帮扶困难青少年（人） youth_helped`},
		// Measured again on purpose.
		{id: "tj-cy-m", system: "tj-cy", title: "畜禽存栏抽样复核月报", cycle: "month", due: 6, basis: "畜禽监测抽样调查方案", fields: heads + `
szfh 生猪存栏（头） pigs again=.06
jqfh 家禽存栏（羽） poultry again=.08
nfh 牛存栏（头） cattle again=.1
cyh 抽样户数 sampled`},
		// What the law keeps apart, although both departments ask it.
		{id: "wj-js-p", system: "wj-zdrq", title: "严重精神障碍患者随访记录表", cycle: "quarter", due: 6, per: "record", who: "mental", apart: true, basis: "《中华人民共和国精神卫生法》第四条：患者信息依法保密，不得提供给其他部门", fields: `
cm 村（社区） @unit
sfz 身份证号 ~id
xm 姓名 ~name
xb 性别 ~sex
jhr 监护人姓名 ~guardian
jhdh 监护人联系电话 ~guardian-phone
fxdj 危险性评估等级 ~risk
fyqk 服药情况 ~medicine
sfcs 随访次数 ~visits`},
		{id: "ga-js-p", system: "ga-rk", title: "重点关注人员走访登记表", cycle: "quarter", due: 8, per: "record", who: "mental", apart: true, basis: "公安机关社区警务工作规定：个人信息依法保密，不得与其他部门共享", fields: `
szc 所在村 @unit
zjhm 证件号码 ~id
ryxm 姓名 ~name
xbdm 性别代码 ~sex codes=男:1,女:2
jhzr 监护人姓名 ~guardian
jhsj 监护人手机 ~guardian-phone
fxpg 危险性等级 ~risk
zfcs 民警走访次数 ~visits-police`},
	}
}

const tekunFields = heads + `
zlrc 走访照料（人次） tk_visits
snr 失能特困人员（人） tk_disabled
hly 护理人员（人） tk_carers
hlf 发放护理费（元） tk_fee`
