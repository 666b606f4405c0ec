package demo

// burdenForms are asked at short notice, in the evening, without approval, ever more of them, or all at once; and what the
// rules on apps and on personal data speak of. Beside each stands what resembles it.
func burdenForms() []formSpec {
	return []formSpec{
		{id: "dc-zd-m", system: "dc-dc", title: "重点任务推进情况督办表", cycle: "month", due: 1, only: pilot, offList: true, fields: heads + `
rw 承接任务（项） task_open
ws 完成任务（项） task_done
hy 调度会（次） task_meetings`},
		{id: "dc-wt-m", system: "dc-dc", title: "反馈问题整改销号表", cycle: "month", due: 1, only: pilot, offList: true, basis: "县委督查室〔2025〕11号通知", fields: heads + `
wt 反馈问题（个） issue_open
xh 销号（个） issue_closed
yj 移交线索（条） issue_passed`},
		{id: "dc-jd-q", system: "dc-dc", title: "季度考核材料报送表", cycle: "quarter", due: 2, only: pilot, offList: true, fields: heads + `
cl 报送材料（份） paper_sent
tp 佐证图片（张） paper_photos`},
		{id: "dc-cc-a", system: "dc-dc", title: "专项行动每日调度表", cycle: "adhoc", bursts: true, only: pilot, offList: true, fields: `
cm 村（社区） @unit
tbr 填报人 @reporter
cd 出动人员（人次） daily_people again=.5
pc 排查点位（处） daily_points again=.5
wt 发现问题（处） daily_issues again=.6`},
		{id: "zf-kb-w", system: "zfb-xx", title: "重点工作晚间快报", cycle: "week", due: 0, night: true, only: pilot, offList: true, fields: heads + `
sj 重要情况（条） news_items
zy 转移处置（件） news_cases`},
		{id: "zf-xx-m", system: "zfb-xx", title: "政务信息采用情况月报表", cycle: "month", due: 6, only: pilot, basis: "政务信息工作办法", fields: heads + `
bs 报送信息（条） info_sent
cy 采用信息（条） info_used`},
		{id: "ly-ff-w", system: "ly-ff", title: "森林防火夜间值守周报", cycle: "week", due: 0, night: true, season: []string{"02-01", "05-31"}, only: pilot, basis: "森林防火条例", fields: heads + `
zs 夜间值守（人次） night_people
xl 夜间巡逻（次） night_rounds
xz 雪压损房（间） snow_damage`},
		{id: "yj-zs-w", system: "yj-zs", title: "救援队伍值守交接周报", cycle: "week", due: 2, only: pilot, basis: "应急值守工作规范", fields: heads + `
zb 值守（班次） duty_shifts
cj 出警（次） duty_calls`},
		{id: "sg-xy-m", system: "shgz-xy", title: "新就业群体底数月报表", cycle: "month", due: 6, only: pilot, since: true, offList: true, fields: heads + `
qs 快递骑手（人） gig_riders
sj 网约车司机（人） gig_drivers`},
		{id: "sg-ry-m", system: "shgz-xy", title: "新就业群体活动月报表", cycle: "month", due: 6, only: pilot, start: 300, fields: heads + `
hd 开展活动（场） gig_events
cy 参加人员（人次） gig_people`},
		{id: "sg-zy-m", system: "shgz-zy", title: "志愿项目申报进度表", cycle: "month", due: 6, only: pilot, since: true, fields: heads + `
xm 申报项目（个） volproj_new
jd 开展项目（个） volproj_run`},
		{id: "sg-sq-m", system: "shgz-zy", title: "社区工作者队伍月报表", cycle: "month", due: 6, only: pilot, start: 170, fields: heads + `
rs 社区工作者（人） commun_staff
px 参加培训（人次） commun_trained`},
		{id: "sg-wt-m", system: "shgz-wt", title: "人民建议征集情况表", cycle: "month", due: 6, only: pilot, since: true, fields: heads + `
jy 征集建议（条） advice_new
cn 采纳建议（条） advice_used`},
		{id: "tf-ja-m", system: "tyjr-fw", title: "退役军人建档情况表（旧）", cycle: "month", due: 5, only: pilot, end: 270, fields: heads + "ja 建档立卡（人） vetfile_all\nxz 新增建档（人） vetfile_new"},
		{id: "tf-jy-m", system: "tyjr-fw", title: "退役军人就业情况表（旧）", cycle: "month", due: 5, only: pilot, end: 270, fields: heads + "jy 推荐就业（人） vetjob_new\nzp 专场招聘（场） vetjob_fairs"},
		{id: "tf-zf-m", system: "tyjr-fw", title: "军属走访情况表（旧）", cycle: "month", due: 5, only: pilot, end: 270, fields: heads + "zf 走访军属（户次） vethome_seen\nsl 送立功喜报（份） vethome_good"},
		{id: "tf-bd-m", system: "tyjr-fw", title: "退役军人报到接续情况表", cycle: "month", due: 5, only: pilot, start: 269, fields: heads + "bd 报到接收（人） vetback_all\nzz 关系接续（人） vetback_done"},
		{id: "tf-bf-m", system: "tyjr-fw", title: "困难退役军人帮扶情况表", cycle: "month", due: 5, only: pilot, start: 269, fields: heads + "bf 帮扶援助（人次） vethelp_people\nje 援助资金（元） vethelp_money"},
		{id: "tf-xc-m", system: "tyjr-fw", title: "烈士纪念设施巡查情况表", cycle: "month", due: 5, only: pilot, start: 269, fields: heads + "xc 巡查纪念设施（次） vetsite_checks\njb 祭扫接待（人次） vetsite_people"},
		{id: "wg-hd-m", system: "wl-gg", title: "公共文化活动逐场登记月报表", cycle: "month", due: 5, only: pilot, end: stoppedB, fields: heads + `
cc 文艺演出（场） show_events
gz 演出观众（人次） show_people
dy 电影放映（场） show_films
dg 放映观众（人次） show_viewers
pl 排练（次） show_drills`},
		{id: "wg-cg-m", system: "wl-gg", title: "文化服务中心开放情况月报表", cycle: "month", due: 6, only: pilot, fields: heads + `
kf 开放天数（天） hall_days
jd 接待群众（人次） hall_people`},
		{id: "wg-sb-m", system: "wl-gg", title: "文化设备管护月报表", cycle: "month", due: 6, only: pilot, fields: heads + `
sb 设备（件） gear_items
wx 维修设备（件） gear_fixed`},
		// Everything about every household, within one month.
		{id: "ny-zj-p", system: "ny-zjd", title: "农村宅基地信息摸排登记表", cycle: "adhoc", census: true, per: "record", who: "household", basis: "农村宅基地基础信息调查工作方案", fields: `
cm 村（社区） @unit
bh 宅基地编号 $plot
mj 实测面积（平方米） $plot-area secs=400
cs 房屋层数 $plot-floors
jg 房屋结构 $plot-walls
nd 建成年份 $plot-year secs=120
sz 四至描述 $plot-bounds secs=300
jb 经办人 @reporter`},
		// Rules on apps.
		{id: "ga-fz-m", system: "ga-rk", title: "国家反诈中心APP推广安装情况月报表", cycle: "month", due: 3, only: pilot, offList: true, fields: heads + `
yz 应安装人数 fraud_due
az 已安装人数 fraud_set
azl 安装率（%） fraud_rate target=95
zc 实名注册人数 fraud_named`},
		{id: "zf-gj-m", system: "zfw-wg", title: "网格员巡查轨迹考核表", cycle: "month", due: 3, only: pilot, offList: true, fields: heads + `
gj 巡查轨迹 !geo
zp 现场打卡照片 !photo
lc 轨迹里程（公里） track_km
sp 上传视频（段） track_clips
df 考核得分 track_score target=90`},
		{id: "gx-sc-m", system: "gx-sc", title: "农资供应与价格月报表", cycle: "month", due: 6, only: pilot, fields: heads + `
hf 化肥供应（公斤） supply_kg
nj 农机具供应（件） supply_tools`},
		{id: "rm-gj-m", system: "rm-zs", title: "基层宣传稿件报送月报表", cycle: "month", due: 6, only: pilot, fields: heads + `
gj 报送稿件（篇） press_sent
cy 采用稿件（篇） press_used`},
		{id: "qx-cw-m", system: "qxz-cw", title: "青溪镇村务公开月报表", cycle: "month", due: 5, only: "town1", fields: heads + `
gk 公开事项（项） open_items
ly 群众留言（条） open_asked`},
		{id: "cg-gk-m", system: "cgz-gk", title: "城关镇村务公开台账", cycle: "month", due: 5, only: "town0", fields: heads + `
lb 公开栏更新（次） board_changes
sm 公示明细（条） board_lines`},
		{id: "gj-nt-q", system: "gj-nt", title: "农技推广服务季报表", cycle: "quarter", due: 15, only: pilot, basis: "全国农技推广统计制度", fields: heads + `
zd 技术指导（户次） agri_guided
sf 示范面积（亩） agri_area`},
		{id: "gj-jy-q", system: "gj-jy", title: "新型经营主体直报季报表", cycle: "quarter", due: 15, only: pilot, basis: "全国新型经营主体统计制度", fields: heads + `
hz 农民合作社（个） coop_all
jt 家庭农场（个） coop_farms`},
		{id: "gj-sl-q", system: "gj-sl", title: "水利设施运行季报表", cycle: "quarter", due: 15, only: pilot, basis: "全国水利统计制度", fields: heads + `
bz 提灌泵站（座） pump_all
ys 引水（立方米） pump_water`},
		{id: "zr-yh-q", system: "zrzy-dz", title: "地质灾害隐患点核查季报表", cycle: "quarter", due: 10, only: "hazard", basis: "地质灾害防治条例", fields: heads + `
zb 隐患点坐标 !geo
zp 隐患点照片 !photo
bx 最大变形（毫米） slope_move`},
		{id: "ny-zl-m", system: "ny-zl", title: "乡村治理积分制运行月报表", cycle: "month", due: 6, only: pilot, basis: "乡村治理积分制工作指南", fields: heads + `
nh 参与积分农户（户） merit_homes
fz 农户兑换积分（分） merit_points
hd 积分超市兑换（次） merit_swaps
xzl 村规民约修订（次） merit_rules if=.06
gz 移风易俗公示（次） merit_posts new=75`},
		// Personal data.
		{id: "mz-ls-p", system: "mz-shjz", title: "临时救助资金社会化发放名册", cycle: "quarter", due: 8, per: "record", who: "monitored", only: pilot, basis: "《社会救助暂行办法》第四十七条：救助资金社会化发放", fields: `
cm 村（社区） @unit
sfz 身份证号 ~id
xm 姓名 ~name
yhk 银行卡号 ~bank
jzlx 救助类型 ~relief-kind
jzje 救助金额（元） ~relief-sum`},
		{id: "rs-rz-p", system: "rs-rz", title: "待遇领取资格认证记录表", cycle: "half", due: 20, per: "record", who: "old", only: pilot, fields: `
cm 村（社区） @unit
sfz 身份证号 ~id
xm 姓名 ~name
rl 人脸特征值 !face
fs 认证方式 ~check-way
jg 认证结果 ~proved`},
	}
}
