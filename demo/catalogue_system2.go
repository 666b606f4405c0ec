package demo

// exemption is a waiver of a system: the rule, its basis, and the months after the as-of date until which it runs.
type exemption struct {
	rule, basis string
	months      int
}

const emergencyBasis = "《中华人民共和国突发事件应对法》应急准备条款"

// moreSystems are systems whose use is told by more than its amount: who reads, when, through what, and since when.
func moreSystems() []systemSpec {
	const county, province, city, central, town = "county", "province", "city", "central", "town"
	systems := []systemSpec{
		// Reported into every month, read by nobody; and one that looks so, though the county takes it away once a quarter.
		{id: "wj-jkxc", name: "健康教育活动直报平台", owner: "卫生健康局", level: county, kind: "website", launched: "2021-05-20", cost: 88000, entitled: 14, cycle: "month", use: writeOnly, logs: gatewayLogs, data: inDatabase, base: "jkxc", host: "ws.qingshan.example"},
		{id: "fgw-xm", name: "村级项目进度直报系统", owner: "发展和改革局", level: county, kind: "website", launched: "2022-03-01", cost: 76000, entitled: 9, cycle: "month", use: writeOnly, logs: cloudLogs, data: inDrop, base: "xmjd", host: "fg.qingshan.example"},
		{id: "sjj-zg", name: "审计整改台账报送系统", owner: "审计局", level: county, kind: "website", launched: "2021-09-01", cost: 42000, entitled: 5, cycle: "month", use: collected, logs: gatewayLogs, data: inDatabase, base: "sjzg", host: "sj.qingshan.example"},
		// Superseded: people moved within months, and few still log in. The first names its successor, the second does not.
		{id: "rs-px", name: "职业技能培训报名系统", owner: "人力资源和社会保障局", level: county, kind: "website", launched: "2018-04-10", cost: 94000, entitled: 16, cycle: "month", successor: "rs-zyjy", pair: "training", use: superseded, logs: gatewayLogs, data: inDatabase, base: "pxbm", host: "rs.qingshan.example"},
		{id: "rs-zyjy", name: "智慧就业服务平台", owner: "人力资源和社会保障局", level: city, kind: "website", launched: "-320", cost: 210000, entitled: 18, cycle: "month", pair: "training", logs: gatewayLogs, data: inDatabase, base: "zyjy", host: "rs.qingshan.example"},
		{id: "nj-gz", name: "农机购置补贴登记系统", owner: "农业机械化服务中心", level: county, kind: "website", launched: "2019-02-18", cost: 58000, entitled: 11, cycle: "month", pair: "machines", use: superseded, logs: cloudLogs, data: inDrop, base: "njgz", host: "nj.qingshan.example"},
		{id: "nj-fw", name: "农机综合服务平台", owner: "农业机械化服务中心", level: city, kind: "website", launched: "-400", cost: 120000, entitled: 12, cycle: "month", pair: "machines", logs: cloudLogs, data: inDrop, base: "njzh", host: "nj.qingshan.example"},
		// Falls of another course than that of the cloud of civilisation practice: at once, over a year, and by half only.
		{id: "jt-ky", name: "农村客运信息报送系统", owner: "交通运输局", level: county, kind: "website", launched: "2020-08-12", cost: 67000, entitled: 13, cycle: "month", use: dropped, logs: gatewayLogs, data: inDatabase, base: "nckx", host: "jt.qingshan.example"},
		{id: "wl-sw", name: "农家书屋管理系统", owner: "文化和旅游局", level: city, kind: "website", launched: "2019-05-06", cost: 51000, entitled: 12, cycle: "month", use: fading, logs: cloudLogs, data: inDrop, base: "njsw", host: "wl.qingshan.example"},
		{id: "ty-ss", name: "全民健身设施巡检系统", owner: "体育事业发展中心", level: county, kind: "website", launched: "2021-08-08", cost: 39000, entitled: 12, cycle: "month", use: halved, logs: gatewayLogs, data: inDatabase, base: "jsss", host: "ty.qingshan.example"},
		// In use in ways that a count of business actions does not show.
		{id: "xwb-jsc", name: "县域治理驾驶舱", owner: "县委办公室", level: county, kind: "website", launched: "2022-10-10", cost: 460000, entitled: 16, cycle: "day", use: dashboard, logs: gatewayLogs, base: "jsc", host: "jsc.qingshan.example"},
		{id: "sj-gxjh", name: "政务数据共享交换平台", owner: "数据局", level: county, kind: "website", launched: "2021-12-15", cost: 520000, entitled: 8, use: hub, logs: gatewayLogs, base: "gxjh", host: "gx.data.qingshan.example"},
		{id: "ny-qc", name: "农村集体资产清查系统", owner: "农业农村局", level: province, kind: "website", launched: "2020-11-02", cost: 83000, entitled: 15, cycle: "quarter", use: periodic, logs: gatewayLogs, data: inDatabase, base: "zcqc", host: "ny.qingshan.example"},
		{id: "tyjr-sx", name: "优抚对象年审系统", owner: "退役军人事务局", level: province, kind: "website", launched: "2020-04-15", cost: 47000, entitled: 8, cycle: "half", use: periodic, logs: gatewayLogs, data: inDatabase, base: "yfns", host: "tyjr.qingshan.example"},
		{id: "yb-jb", name: "医保经办下沉平台", owner: "医疗保障局", level: province, kind: "website", launched: "2022-07-01", cost: 70000, entitled: 10, cycle: "month", use: elsewhere, logs: gatewayLogs, data: inDatabase, base: "ybjb", host: "yb.qingshan.example"},
		{id: "ly-lz", name: "林长制巡护系统", owner: "林业局", level: city, kind: "app", launched: "2021-06-10", cost: 64000, entitled: 12, cycle: "month", logs: noLogs, data: inDrop, base: "lzz", host: "ly.qingshan.example", app: true},
		{id: "sl-gs", name: "农村供水管网巡检APP", owner: "水利局", level: county, kind: "app", launched: "2021-03-22", cost: 57000, entitled: 14, cycle: "month", use: gapped, logs: dropLogs, data: inDrop, base: "gsxj", host: "gs.qingshan.example", app: true},
		{id: "fgw-wz", name: "应急物资储备信息系统", owner: "发展和改革局", level: county, kind: "website", launched: "2020-03-16", cost: 110000, entitled: 45, use: expired, exempt: exemption{"idle-system", emergencyBasis, -2}, logs: gatewayLogs, base: "wzcb", host: "fg.qingshan.example"},
		// What the rules on apps speak of, and what resembles it.
		{id: "gx-sc", name: "供销惠民小程序", owner: "供销合作社联合社", level: county, kind: "mini_program", launched: "2023-04-18", cost: 68000, entitled: 8, cycle: "month", use: shop, logs: cloudLogs, data: inDrop, base: "gxhm", host: "hm.qingshan.example", app: true},
		{id: "rm-zs", name: "掌上青山便民小程序", owner: "县融媒体中心", level: county, kind: "mini_program", launched: "2022-11-18", cost: 118000, entitled: 9, cycle: "month", use: shop, logs: cloudLogs, data: inDrop, base: "zsqs", host: "rm.qingshan.example", app: true, filing: "no"},
		{id: "qxz-cw", name: "青溪镇掌上村务APP", owner: "青溪镇人民政府", level: town, kind: "app", launched: "2022-12-01", cost: 36000, entitled: 6, cycle: "month", logs: cloudLogs, data: inDrop, base: "qxcw", host: "qx.qingshan.example", app: true},
		{id: "cgz-gk", name: "城关镇村务公开台账", owner: "城关镇人民政府", level: town, kind: "spreadsheet", launched: "2021-01-05", cycle: "month", logs: noLogs, data: inCSV},
		{id: "gj-nt", name: "全国农技推广信息采集APP", owner: "国家农技推广主管机构", level: central, kind: "app", launched: "2021-03-30", cost: 20000, entitled: 5, cycle: "quarter", use: periodic, logs: gatewayLogs, data: inDrop, base: "qgnt", host: "nt.state.example", app: true},
		{id: "gj-jy", name: "全国新型经营主体直报APP", owner: "国家农技推广主管机构", level: central, kind: "app", launched: "2022-05-12", cost: 20000, entitled: 5, cycle: "quarter", use: periodic, logs: gatewayLogs, data: inDrop, base: "jyzt", host: "jy.state.example", app: true},
		{id: "gj-sl", name: "全国水利设施调查APP", owner: "国家水利调查机构", level: central, kind: "app", launched: "2020-09-09", cost: 20000, entitled: 5, cycle: "quarter", use: periodic, logs: gatewayLogs, data: inDrop, base: "slss", host: "sl.state.example", app: true},
		{id: "yj-zs", name: "应急救援队伍值守签到APP", owner: "应急管理局", level: county, kind: "app", launched: "2022-06-01", cost: 49000, entitled: 12, cycle: "week", use: onDuty, exempt: exemption{"policy-checkin", emergencyBasis, 10}, logs: gatewayLogs, data: inDrop, base: "zsqd", host: "yj.qingshan.example", app: true},
		{id: "ly-ff", name: "森林防火夜间值守系统", owner: "林业局", level: county, kind: "website", launched: "2021-02-01", cost: 33000, entitled: 10, cycle: "season", season: []string{"02-01", "05-31"}, use: seasonal, exempt: exemption{"burden-off-hours", "《森林防火条例》防火期值班规定", 8}, logs: cloudLogs, data: inDrop, base: "slfh", host: "ly.qingshan.example"},
		// Who asks at short notice, in the evening, and ever more.
		{id: "dc-dc", name: "督查督办信息系统", owner: "县委督查室", level: county, kind: "website", launched: "2022-01-10", cost: 72000, entitled: 10, cycle: "month", logs: gatewayLogs, data: inDatabase, base: "dcdb", host: "dc.qingshan.example"},
		{id: "zfb-xx", name: "政务信息报送系统", owner: "县政府办公室", level: county, kind: "website", launched: "2021-02-22", cost: 55000, entitled: 11, cycle: "week", logs: cloudLogs, data: inDrop, base: "zwxx", host: "zfb.qingshan.example"},
		{id: "shgz-xy", name: "新业态党建信息采集小程序", owner: "县委社会工作部", level: county, kind: "mini_program", launched: "-640", cost: 58000, entitled: 7, cycle: "month", logs: cloudLogs, data: inDrop, base: "xyt", host: "sg.qingshan.example", app: true},
		{id: "shgz-zy", name: "志愿项目申报平台", owner: "县委社会工作部", level: county, kind: "website", launched: "-410", cost: 62000, entitled: 7, cycle: "month", logs: cloudLogs, data: inDrop, base: "zyxm", host: "sg.qingshan.example"},
		{id: "shgz-wt", name: "人民建议征集小程序", owner: "县委社会工作部", level: county, kind: "mini_program", launched: "-230", cost: 49000, entitled: 7, cycle: "month", logs: cloudLogs, data: inDrop, base: "rmjy", host: "sg.qingshan.example", app: true, filing: "no"},
		{id: "tyjr-fw", name: "退役军人服务保障系统", owner: "退役军人事务局", level: county, kind: "website", launched: "2019-07-26", cost: 66000, entitled: 10, cycle: "month", logs: cloudLogs, data: inDrop, base: "tyfw", host: "tyjr.qingshan.example"},
		{id: "wl-gg", name: "公共文化服务信息系统", owner: "公共文化服务中心", level: county, kind: "website", launched: "2020-01-20", cost: 43000, entitled: 8, cycle: "month", logs: gatewayLogs, data: inDatabase, base: "ggwh", host: "wl.qingshan.example"},
		// Faces, land, and the points of villagers, which are no points of officials.
		{id: "rs-rz", name: "待遇领取资格认证小程序", owner: "人力资源和社会保障局", level: city, kind: "mini_program", launched: "2022-08-08", cost: 75000, entitled: 9, cycle: "half", logs: cloudLogs, data: inDrop, base: "zgrz", host: "rz.qingshan.example", app: true},
		{id: "ny-zjd", name: "农村宅基地信息摸排平台", owner: "农业农村局", level: county, kind: "website", launched: "2023-02-14", cost: 98000, entitled: 14, cycle: "year", logs: gatewayLogs, data: inDatabase, base: "zjd", host: "ny.qingshan.example"},
		{id: "ny-zl", name: "乡村治理积分管理平台", owner: "农业农村局", level: county, kind: "website", launched: "2022-09-15", cost: 61000, entitled: 10, cycle: "month", logs: cloudLogs, data: inDrop, base: "xczl", host: "zl.qingshan.example"},
	}
	for i := range systems {
		systems[i].small = true
	}
	return systems
}
