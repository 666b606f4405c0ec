package demo

// usePattern is how a system is used: what the usage logs show of it, and so what an analysis should say.
type usePattern uint8

const (
	inUse       usePattern = iota // reported into and read by those who ask
	seasonal                      // in use in season only
	yearly                        // in use in January
	small                         // few people, every week
	fresh                         // launched weeks ago
	silent                        // the collector has seen nothing at all for the last 120 days
	waived                        // unused for long, but exempt on a legal basis
	pulseOnly                     // zombie: only heartbeats and health checks
	machineOnly                   // zombie: bots, static files and the vendor's own log-ins
	loginOnly                     // zombie: people log in now and then and do nothing
	replaced                      // zombie: its successor took over
	pollOnly                      // zombie: another machine polls it
	underused                     // entitles hundreds, serves a handful
	declining                     // was used, is hardly used any more
	forced                        // 打卡: log in, collect points, leave
	writeOnly                     // people report into it, and nobody but those who report ever looks
	collected                     // as above, but the county exports everything once a quarter
	superseded                    // people moved to another system; a few still log in
	dropped                       // lost most of its use within a week
	fading                        // lost most of its use over a year, little by little
	halved                        // lost half of its use within a week: less, but in use
	dashboard                     // leaders look at its first page every day, and nothing else
	hub                           // other systems pull from it, and hardly any people
	periodic                      // used for some weeks around each due day of a long cycle
	elsewhere                     // reports come in by another way: its own log shows only machines
	gapped                        // in use, but its log has a hole of six weeks
	expired                       // unused, and its waiver has run out
	shop                          // reported into, and sells goods beside
	onDuty                        // people sign in for duty, and do their duty in it
)

// Where the usage of a system can be read.
const (
	noLogs      = ""
	gatewayLogs = "gateway" // the county gateway: one log, several virtual hosts
	cloudLogs   = "cloud"   // the cloud platform's gateway
	ownLogs     = "own"     // a log of its own
	tableLogs   = "table"   // an audit table in the system's SQLite database
	auditLogs   = "audit"   // an audit interface over HTTP
	dropLogs    = "drop"    // handed over in the drop folder
)

// Where the submissions of a system can be read.
const (
	noData     = ""
	inDatabase = "database"
	byPage     = "page"
	byOffset   = "offset"
	byCursor   = "cursor"
	byNextLink = "next"
	byToken    = "token"
	inCSV      = "csv"      // GB18030, one row a unit, one file a period
	inBook     = "workbook" // xlsx, one row a unit, one file a period
	inUnitBook = "unitbook" // xlsx, one file a unit, one row a period
	inDrop     = "drop"
)

type systemSpec struct {
	id, name, owner, level, kind string
	launched                     string // a date, or days before the as-of date as "-40"
	cost                         float64
	entitled                     int // of county staff; the villages' accounts are added where villages report into it
	cycle                        string
	season                       []string
	successor                    string
	exempt                       exemption // a waiver, where it has a basis
	pair                         string    // systems of one pair share their draws: the old and the new
	use                          usePattern
	logs, data                   string
	base                         string // first part of its paths, or empty
	host                         string
	app                          bool   // used on telephones
	filing                       string // no: an app that was not filed; unknown: nobody said; else it was
	small                        bool   // asks a third of the villages, and has visitors accordingly
	knobs                        knobs
}

func systemCatalogue() []systemSpec {
	const county, province, city = "county", "province", "city"
	return append([]systemSpec{
		{id: "mz-shjz", name: "社会救助综合管理平台", owner: "民政局", level: county, kind: "website", launched: "2019-03-12", cost: 186000, entitled: 24, cycle: "month", logs: gatewayLogs, data: byPage, base: "shjz", host: "mz.qingshan.example"},
		{id: "mz-ylfw", name: "养老服务信息采集系统", owner: "民政局", level: city, kind: "website", launched: "2021-06-01", cost: 98000, entitled: 12, cycle: "month", logs: gatewayLogs, data: inDatabase, base: "ylfw", host: "mz.qingshan.example"},
		{id: "wj-ggws", name: "基本公共卫生服务管理信息系统", owner: "卫生健康局", level: province, kind: "website", launched: "2018-01-15", cost: 320000, entitled: 40, cycle: "month", logs: tableLogs, data: inDatabase, base: "ggws", host: "ws.qingshan.example"},
		{id: "wj-zdrq", name: "重点人群随访APP", owner: "卫生健康局", level: county, kind: "app", launched: "2022-04-20", cost: 145000, entitled: 18, cycle: "quarter", logs: auditLogs, data: byNextLink, base: "zdrq", host: "sf.qingshan.example", app: true},
		{id: "yj-yjgl", name: "应急信息直报系统", owner: "应急管理局", level: province, kind: "website", launched: "2020-07-01", cost: 260000, entitled: 22, cycle: "week", logs: gatewayLogs, data: byToken, base: "zhibao", host: "yj.qingshan.example"},
		{id: "yj-fxft", name: "防汛值守平台", owner: "应急管理局", level: county, kind: "website", launched: "2021-05-10", cost: 76000, entitled: 15, cycle: "season", season: []string{"05-15", "09-30"}, use: seasonal, logs: gatewayLogs, data: inDatabase, base: "fx", host: "fx.qingshan.example"},
		{id: "sthj-jg", name: "秸秆禁烧巡查系统", owner: "生态环境分局", level: county, kind: "app", launched: "2020-09-01", cost: 68000, entitled: 10, cycle: "season", season: []string{"09-15", "11-30"}, use: seasonal, logs: cloudLogs, data: inDrop, base: "jgjs", host: "hb.qingshan.example", app: true},
		{id: "sthj-rj", name: "人居环境整治调度系统", owner: "生态环境分局", level: county, kind: "website", launched: "2021-11-08", cost: 54000, entitled: 9, cycle: "month", logs: cloudLogs, data: byOffset, base: "rjhj", host: "hb.qingshan.example"},
		{id: "ny-rj", name: "农村厕所革命与垃圾污水治理调度表", owner: "农业农村局", level: county, kind: "spreadsheet", launched: "2020-03-01", cycle: "month", logs: noLogs, data: inBook},
		{id: "ny-cx", name: "农产品产销监测系统", owner: "农业农村局", level: city, kind: "website", launched: "2019-08-01", cost: 120000, entitled: 14, cycle: "week", logs: gatewayLogs, data: inDatabase, base: "cxjc", host: "ny.qingshan.example"},
		{id: "ny-dw", name: "动物防疫信息采集APP", owner: "农业农村局", level: county, kind: "app", launched: "2022-02-14", cost: 88000, entitled: 16, cycle: "month", logs: cloudLogs, data: byOffset, base: "dwfy", host: "dwfy.qingshan.example", app: true},
		{id: "ny-sz", name: "农村集体“三资”监管平台", owner: "农业农村局", level: county, kind: "website", launched: "2017-10-09", cost: 210000, entitled: 20, cycle: "month", logs: gatewayLogs, data: inDatabase, base: "sanzi", host: "ny.qingshan.example"},
		{id: "ny-jc", name: "防返贫动态监测信息系统", owner: "农业农村局", level: province, kind: "website", launched: "2021-01-01", cost: 150000, entitled: 26, cycle: "month", logs: tableLogs, data: inDatabase, base: "ffp", host: "ffp.qingshan.example"},
		{id: "jy-xs", name: "控辍保学与学生安全管理系统", owner: "教育局", level: county, kind: "website", launched: "2020-05-18", cost: 92000, entitled: 30, cycle: "month", logs: gatewayLogs, data: byPage, base: "kcbx", host: "jy.qingshan.example"},
		{id: "zj-fw", name: "农村房屋安全管理台账", owner: "住房和城乡建设局", level: city, kind: "spreadsheet", launched: "2020-10-01", cycle: "quarter", logs: noLogs, data: inUnitBook},
		{id: "rs-jy", name: "劳动力转移就业统计表", owner: "人力资源和社会保障局", level: county, kind: "spreadsheet", launched: "2019-01-01", cycle: "month", logs: noLogs, data: inCSV},
		{id: "yb-cb", name: "参保扩面调度表", owner: "医疗保障局", level: county, kind: "spreadsheet", launched: "2020-01-01", cycle: "month", logs: noLogs, data: inCSV},
		{id: "cl-fw", name: "残疾人服务平台", owner: "残疾人联合会", level: province, kind: "website", launched: "2018-06-20", cost: 64000, entitled: 8, cycle: "half", logs: gatewayLogs, data: byCursor, base: "cjr", host: "cl.qingshan.example"},
		{id: "fl-ga", name: "妇女儿童关爱服务平台", owner: "妇女联合会", level: county, kind: "mini_program", launched: "2021-03-08", cost: 46000, entitled: 9, cycle: "month", logs: cloudLogs, data: byPage, base: "guanai", host: "fl.qingshan.example", app: true, filing: "unknown"},
		{id: "tw-zy", name: "志愿服务打卡小程序", owner: "共青团县委", level: county, kind: "mini_program", launched: "2022-05-04", cost: 58000, entitled: 6, cycle: "month", use: forced, logs: cloudLogs, data: byNextLink, base: "zyfw", host: "tw.qingshan.example", app: true},
		{id: "zzb-dj", name: "智慧党建学习平台", owner: "县委组织部", level: city, kind: "app", launched: "2020-07-01", cost: 280000, entitled: 20, cycle: "month", use: forced, logs: gatewayLogs, data: inDatabase, base: "dangjian", host: "dj.qingshan.example", app: true},
		{id: "zfw-ssp", name: "平安随手拍积分小程序", owner: "县委政法委", level: county, kind: "mini_program", launched: "2022-09-01", cost: 73000, entitled: 8, use: forced, logs: cloudLogs, base: "ssp", host: "ssp.qingshan.example", app: true, filing: "no"},
		{id: "sf-tj", name: "人民调解与普法信息系统", owner: "司法局", level: county, kind: "website", launched: "2019-12-04", cost: 52000, entitled: 11, cycle: "month", logs: gatewayLogs, data: inDatabase, base: "tiaojie", host: "sf.qingshan.example"},
		{id: "zfw-wg", name: "基层治理网格通", owner: "县委政法委", level: city, kind: "app", launched: "2021-08-16", cost: 360000, entitled: 36, cycle: "week", logs: ownLogs, data: byCursor, base: "wgt", host: "wg.qingshan.example", app: true},
		{id: "sl-hz", name: "河长制巡河APP", owner: "水利局", level: province, kind: "app", launched: "2018-11-01", cost: 110000, entitled: 14, cycle: "month", logs: dropLogs, data: inDrop, base: "hzz", host: "slj.qingshan.example", app: true},
		{id: "xf-fh", name: "消防安全网格巡查系统", owner: "消防救援大队", level: county, kind: "app", launched: "2021-12-01", cost: 84000, entitled: 10, cycle: "month", logs: gatewayLogs, data: byToken, base: "xfxc", host: "xf.qingshan.example", app: true},
		{id: "tj-nb", name: "农村统计年报直报", owner: "统计局", level: province, kind: "website", launched: "2016-12-01", cost: 40000, entitled: 7, cycle: "year", use: yearly, logs: gatewayLogs, data: inDatabase, base: "nctj", host: "tj.qingshan.example"},
		{id: "qx-yj", name: "预警信息发布反馈系统", owner: "气象局", level: city, kind: "website", launched: "2021-04-01", cost: 30000, entitled: 6, cycle: "month", logs: cloudLogs, data: byOffset, base: "yjxx", host: "qx.qingshan.example"},
		{id: "zrzy-dz", name: "地质灾害群测群防APP", owner: "自然资源局", level: province, kind: "app", launched: "2020-06-15", cost: 36000, entitled: 4, cycle: "month", use: small, logs: gatewayLogs, data: inDrop, base: "qcqf", host: "zr.qingshan.example", app: true},
		{id: "jt-lz", name: "农村公路路长制平台", owner: "交通运输局", level: county, kind: "website", launched: "2021-09-10", cost: 66000, entitled: 12, cycle: "month", use: silent, logs: ownLogs, base: "luzhang", host: "lz.qingshan.example"},
		{id: "wm-sj", name: "文明实践云平台", owner: "县委宣传部", level: county, kind: "mini_program", launched: "2020-11-20", cost: 160000, entitled: 15, cycle: "month", use: declining, logs: cloudLogs, data: inDatabase, base: "wmsj", host: "wm.qingshan.example", app: true, filing: "unknown"},
		{id: "sj-zst", name: "智慧青山一张图", owner: "数据局", level: county, kind: "website", launched: "2021-10-01", cost: 1280000, entitled: 260, use: pulseOnly, logs: gatewayLogs, base: "zst", host: "zst.qingshan.example"},
		{id: "sw-ds", name: "电商进农村公共服务平台", owner: "商务局", level: county, kind: "website", launched: "2019-06-18", cost: 420000, entitled: 180, use: machineOnly, logs: cloudLogs, base: "dsnc", host: "ds.qingshan.example"},
		{id: "wl-ly", name: "全域旅游村级信息平台", owner: "文化和旅游局", level: county, kind: "website", launched: "2020-04-30", cost: 240000, entitled: 165, cycle: "month", use: loginOnly, logs: gatewayLogs, base: "qyly", host: "ly.qingshan.example"},
		{id: "scj-jc", name: "农村集体聚餐备案小程序", owner: "市场监督管理局", level: county, kind: "mini_program", launched: "2019-09-01", cost: 45000, entitled: 170, cycle: "month", successor: "scj-sp", use: replaced, logs: cloudLogs, base: "jucan", host: "jc.qingshan.example", app: true},
		{id: "scj-sp", name: "食品安全协管系统", owner: "市场监督管理局", level: city, kind: "website", launched: "2024-09-01", cost: 72000, entitled: 13, cycle: "month", logs: gatewayLogs, data: byPage, base: "spxg", host: "sc.qingshan.example"},
		{id: "gx-nz", name: "农资配送服务平台", owner: "供销合作社联合社", level: county, kind: "website", launched: "2021-03-15", cost: 130000, entitled: 90, use: pollOnly, logs: cloudLogs, base: "nzps", host: "gx.qingshan.example"},
		{id: "kj-nj", name: "农技服务云", owner: "科学技术局", level: county, kind: "app", launched: "2020-12-10", cost: 265000, entitled: 450, use: underused, logs: gatewayLogs, base: "njfw", host: "nj.qingshan.example", app: true},
		{id: "zw-sq", name: "诉求直达快办系统", owner: "政务服务管理局", level: county, kind: "website", launched: "-38", cost: 95000, entitled: 20, cycle: "month", use: fresh, logs: gatewayLogs, data: byOffset, base: "suqiu", host: "zw.qingshan.example"},
		{id: "yj-gb", name: "应急广播与民兵动员系统", owner: "人民武装部", level: county, kind: "website", launched: "2020-02-20", cost: 150000, entitled: 60, exempt: exemption{"idle-system", "《突发事件应对法》规定的应急准备", 6}, use: waived, logs: gatewayLogs, base: "gb", host: "gb.qingshan.example"},
		{id: "mz-gj", name: "省民政数据归集平台", owner: "民政局", level: province, kind: "website", launched: "2020-09-01", cost: 40000, entitled: 6, cycle: "month", logs: gatewayLogs, data: inDatabase, base: "mzgj", host: "gj.qingshan.example"},
		{id: "cz-zf", name: "惠民惠农资金监管平台", owner: "财政局", level: city, kind: "website", launched: "2021-02-01", cost: 90000, entitled: 12, cycle: "month", logs: cloudLogs, data: byOffset, base: "hmhn", host: "cz.qingshan.example"},
		{id: "ga-rk", name: "社区警务信息采集系统", owner: "公安局", level: province, kind: "app", launched: "2021-07-15", cost: 120000, entitled: 9, cycle: "quarter", logs: gatewayLogs, data: byCursor, base: "sqjw", host: "ga.qingshan.example", app: true},
		{id: "tj-cy", name: "农村抽样调查系统", owner: "统计局", level: city, kind: "website", launched: "2020-01-10", cost: 38000, entitled: 7, cycle: "month", logs: gatewayLogs, data: inDatabase, base: "cydc", host: "tj.qingshan.example"},
	}, moreSystems()...)
}
