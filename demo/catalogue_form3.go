package demo

// useForms are the forms of the systems of moreSystems, and forms of other systems that nobody reads or fills in.
func useForms() []formSpec {
	return []formSpec{
		{id: "wj-xj-m", system: "wj-jkxc", title: "健康教育活动开展情况月报表", cycle: "month", due: 6, only: pilot, basis: "健康教育工作规范", fields: heads + `
jz 举办健康讲座（场） edu_talks
cj 听讲群众（人次） edu_people
lg 更换宣传栏（期） edu_boards
zjr 主讲人身份证号 !id
zjk 主讲人银行卡号 !bank`},
		{id: "fg-xm-m", system: "fgw-xm", title: "村级项目建设进度月报表", cycle: "month", due: 7, only: pilot, fields: heads + `
xms 在建项目数 proj_open
tz 本月完成投资（元） proj_spent
yg 项目用工（人次） proj_workers
bz1 备用栏一 -
zjly 资金渠道代码 =01`},
		{id: "sj-zg-m", system: "sjj-zg", title: "审计发现问题整改情况月报表", cycle: "month", due: 8, only: pilot, basis: "审计整改工作办法", fields: heads + `
wt 存量问题（个） audit_open
zg 本月整改（个） audit_fixed
je 追缴资金（元） audit_money`},
		{id: "rs-px-m", system: "rs-px", title: "职业技能培训组织情况月报表", cycle: "month", due: 5, only: pilot, swap: -1, fields: heads + `
bm 报名培训（人） train_signed
jy 结业（人） train_done
zs 取得证书（人） train_cert
ks 完成课时 train_hours`},
		{id: "rs-jf-m", system: "rs-zyjy", title: "技能培训与就业服务月报表", cycle: "month", due: 6, only: pilot, swap: 1, basis: "就业服务工作规程", fields: heads + `
bmr 培训报名人数 train_signed
jyr 培训结业人数 train_done
zsr 获得技能证书人数 train_cert
zdr 职业指导（人次） train_guided
tjr 推荐岗位（个） train_offered`},
		{id: "nj-gz-m", system: "nj-gz", title: "农机购置补贴登记月报表", cycle: "month", due: 5, only: pilot, swap: -1, fields: heads + `
sq 补贴申请（台） mach_asked
gz 购置机具（台） mach_bought
bt 补贴金额（元） mach_subsidy
by 保养记录（次） mach_service`},
		{id: "nj-fw-m", system: "nj-fw", title: "农机购置与作业服务月报表", cycle: "month", due: 6, only: pilot, swap: 2, basis: "农机购置与应用补贴实施办法", fields: heads + `
sqt 申请补贴机具（台） mach_asked
gzt 新购机具数量（台） mach_bought
btk 发放补贴资金（元） mach_subsidy
zymj 机耕作业面积（亩） mach_area
jsy 机手（人） mach_drivers`},
		{id: "jt-ky-m", system: "jt-ky", title: "农村客运运行情况月报表", cycle: "month", due: 5, only: pilot, fields: heads + `
bc 客运班次（班） bus_runs
rc 运送乘客（人次） bus_people
zd 停靠站点（个） bus_stops
tfjz 停放基准价（元） =2`},
		{id: "wl-sw-m", system: "wl-sw", title: "农家书屋借阅情况月报表", cycle: "month", due: 5, only: pilot, fields: heads + `
ts 藏书（册） books_all
jy 借阅（人次） books_lent
hd 阅读活动（场） books_events`},
		{id: "ty-ss-m", system: "ty-ss", title: "全民健身设施巡检月报表", cycle: "month", due: 5, only: pilot, fields: heads + `
ss 健身器材（件） gym_items
xc 器材巡检（次） gym_checks
wx 报修（件） gym_broken`},
		{id: "ny-qc-q", system: "ny-qc", title: "农村集体资产清查季报表", cycle: "quarter", due: 12, only: pilot, basis: "农村集体资产清产核资办法", fields: heads + `
zc 资产总额（元） asset_all
ck 出租资产（处） asset_let
zj 租金收入（元） asset_rent
zcdj 资产等级代码 =A
pgjg 评估机构编码 -`},
		{id: "ty-yf-h", system: "tyjr-sx", title: "优抚对象年度确认半年报表", cycle: "half", due: 20, only: pilot, basis: "优抚对象数据核查办法", fields: heads + `
yd 优抚对象（人） vet_people
qr 本期确认（人） vet_checked
ww 走访慰问（户次） vet_visits`},
		{id: "yb-jb-m", system: "yb-jb", title: "医保经办下沉业务月报表", cycle: "month", due: 6, only: pilot, basis: "医疗保障经办服务规程", fields: heads + `
dbl 代办参保（件） ins_joined
bx 代办报销（件） ins_paid
zx 政策咨询（人次） ins_asked`},
		{id: "ly-xh-m", system: "ly-lz", title: "护林员巡护月报表", cycle: "month", due: 4, only: pilot, basis: "林长制工作方案", fields: heads + `
xh 护林巡护（次） wood_patrols
lc 巡护里程（公里） wood_km
hz 发现火情（起） wood_fires
lm 发现盗伐（起） wood_thefts
bj 劝返带火上山（人次） wood_sent
zl 整改隐患（处） wood_fixed`},
		{id: "ly-zl-m", system: "ly-lz", title: "造林绿化进度月报表", cycle: "month", due: 6, only: pilot, basis: "国土绿化工作计划", fields: heads + `
zl 造林面积（亩） wood_planted
ms 栽植苗木（株） wood_trees
fy 抚育面积（亩） wood_tended`},
		{id: "ly-bc-m", system: "ly-lz", title: "林业有害生物监测月报表", cycle: "month", due: 6, only: pilot, end: stoppedA, fields: heads + `
jc 监测点（个） pest_points
fs 发生面积（亩） pest_area`},
		{id: "ly-gs-m", system: "ly-lz", title: "古树名木管护月报表", cycle: "month", due: 6, only: pilot, end: stoppedA, fields: heads + `
gs 古树（株） oldtree_all
gh 管护（次） oldtree_care`},
		{id: "sl-gs-m", system: "sl-gs", title: "农村供水管网巡检月报表", cycle: "month", due: 5, only: pilot, basis: "农村供水工程运行管理规定", fields: heads + `
gw 巡检管网（公里） pipe_km
ls 漏损处置（处） pipe_leaks
bx 受理报修（件） pipe_calls`},
		{id: "sl-sb-q", system: "sl-gs", title: "农村供水计量设施安装情况季报表", cycle: "quarter", due: 10, only: pilot, fields: heads + `
ys 应装水表（户） meter_due
az 已装水表（户） meter_set
azl 水表安装率（%） meter_rate target=90`},
		{id: "jy-jz-m", system: "jy-xs", title: "家长学校活动统计表", cycle: "month", due: 6, only: pilot, unread: true, fields: heads + `
hd 家长学校活动（次） parent_events
jz 参加家长（人次） parent_people
skr 授课人证件号码 !id
cl 附件材料编号 -`},
		{id: "xf-wx-m", system: "xf-fh", title: "微型消防站运行情况月报表", cycle: "month", due: 6, only: pilot, unread: true, fields: heads + `
dy 站点队员（人） post_people
xl 出动训练（次） post_drills
wh 器材维护（次） post_care
xh 器材型号代码 =MFZ`},
		{id: "wj-xc-m", system: "wj-ggws", title: "健康促进示范创建进度表", cycle: "month", due: 7, only: pilot, unread: true, fields: heads + `
jt 示范家庭（户） model_homes
xc 宣传活动（次） model_events`},
		{id: "st-pz-m", system: "sthj-rj", title: "村庄清洁影像台账月报表", cycle: "month", due: 6, only: pilot, unread: true, fields: heads + `
zp 归档照片（张） tidy_photos
qd 清洁行动（次） tidy_days`},
		// Read, though seldom: taken away once a quarter, and pulled by another system.
		{id: "sf-pf-m", system: "sf-tj", title: "法律明白人培养情况月报表", cycle: "month", due: 6, only: pilot, readers: "quarter", fields: heads + `
rs 法律明白人（人） law_people
px 参加培训（人次） law_trained
xjr 下级复核意见 -`},
		{id: "sl-bq-m", system: "sl-hz", title: "河湖保洁情况月报表", cycle: "month", due: 5, only: pilot, readers: "machine", fields: heads + `
bj 保洁（次） bank_cleaned
ry 保洁员出勤（人次） bank_people`},
		{id: "mz-zc-m", system: "mz-ylfw", title: "老年助餐点运营月报表", cycle: "month", due: 6, only: pilot, end: 212, fields: heads + `
zd 助餐点（个） meal_points
fw 服务老人（人次） meal_people`},
	}
}
