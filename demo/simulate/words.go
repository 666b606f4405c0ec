package simulate

import "strconv"

var (
	townNames    = []string{"清河", "石桥", "白沙", "柳林", "双龙", "官渡", "长岭", "新集", "马店", "黄梅", "太平", "高坪", "安乐", "青山", "大坝", "金盆"}
	villageNames = []string{
		"张家湾", "李庄", "王岗", "赵店", "陈塘", "杨柳", "周坪", "吴集", "徐堡", "孙桥", "马场", "朱楼", "胡冲", "郭河", "何岭", "高庙", "林畈", "罗洼", "郑湾", "梁埠",
		"谢寨", "宋营", "唐口", "许圩", "韩沟", "冯坝", "邓垸", "曹渡", "彭岩", "曾溪", "肖滩", "田坳", "董墩", "袁荡", "潘台", "于泉", "蒋井", "蔡堰", "余铺", "杜坎",
	}
	departments = []string{"县民政局", "县农业农村局", "县应急局", "县委政法委", "县卫健局", "县妇联", "县教育局", "县生态环境局", "县水利局", "县林业局", "县人社局", "县医保局", "县文旅局", "县信访局"}
	themes      = []string{"民政服务", "农业生产", "安全检查", "平安建设", "公共卫生", "妇女儿童", "控辍保学", "人居环境", "巡河护水", "森林防火", "就业帮扶", "医保参保", "文化活动", "矛盾调解"}
	objects     = []string{
		"低保户", "特困人员", "残疾人", "留守儿童", "独居老人", "脱贫户", "监测户", "流动人口", "退役军人", "高龄老人", "孕产妇", "慢病患者", "务工人员", "种粮大户", "养殖户", "沿街商户",
		"重点人群", "网格住户", "沼气池", "水塘", "山塘水库", "农家乐", "电动车", "自建房", "消防通道", "垃圾点", "公厕", "路灯", "宣传栏", "农资店", "药店", "校车", "渡口", "林地", "果园", "大棚", "鱼塘", "机井", "泵站", "应急广播",
	}
	acts = []string{
		"走访人次", "服务次数", "检查次数", "发现问题数", "整改问题数", "宣传人次", "培训人次", "登记数", "上报事项数", "办结事项数", "巡查次数", "慰问次数", "排查数", "建档数", "回访次数", "发放资料份数", "协调会次数", "劝导次数", "救助人次", "核实数", "转介数", "新增数", "维修次数", "清理处数", "志愿服务人次",
	}
	formWhy = map[string]string{
		"prefilled": "the system fills in figures of the register", "quotas": "numbers that are prescribed", "small-counts": "nearly all figures are small",
		"rounding-form": "the form asks for rounded figures", "one-target": "effort stops at the one target for all", "steady-payments": "payments by roll and rate hardly change",
	}
)

// ordinal tells names of one stem apart.
func ordinal(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n + 1)
}
