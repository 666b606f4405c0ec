package accesslog

import (
	"strings"

	agents "github.com/monperrus/crawler-user-agents"
)

// agent is what a User-Agent header tells.
type agent struct {
	family string
	class  agentClass
}

// agentClass tells browsers and apps, which people hold in their hands, from programs.
type agentClass uint8

const (
	agentPerson agentClass = iota
	agentProgram
	agentBot
	agentHealth
)

// agentMark is a text in lower case that marks a family of clients.
type agentMark struct {
	mark   string
	family string
	class  agentClass
}

// agentMarks are tried in order: the first that occurs decides. Monitoring comes first, then the apps whose browsers also
// call themselves Chrome and Safari, then the programs. WeCom calls itself wxwork beside micromessenger.
var agentMarks = []agentMark{
	{"kube-probe", "monitor", agentHealth},
	{"zabbix", "monitor", agentHealth},
	{"prometheus", "monitor", agentHealth},
	{"blackbox", "monitor", agentHealth},
	{"elb-healthchecker", "monitor", agentHealth},
	{"googlehc", "monitor", agentHealth},
	{"slbhealthcheck", "monitor", agentHealth},
	{"clb-healthcheck", "monitor", agentHealth},
	{"healthcheck", "monitor", agentHealth},
	{"health check", "monitor", agentHealth},
	{"uptimerobot", "monitor", agentHealth},
	{"uptime-kuma", "monitor", agentHealth},
	{"uptime", "monitor", agentHealth},
	{"pingdom", "monitor", agentHealth},
	{"statuscake", "monitor", agentHealth},
	{"site24x7", "monitor", agentHealth},
	{"newrelicpinger", "monitor", agentHealth},
	{"check_http", "monitor", agentHealth},
	{"nagios", "monitor", agentHealth},
	{"icinga", "monitor", agentHealth},
	{"haproxy", "monitor", agentHealth},
	{"wxwork", "wecom", agentPerson},
	{"micromessenger", "wechat", agentPerson},
	{"dingtalk", "dingtalk", agentPerson},
	{"lark/", "feishu", agentPerson},
	{"feishu", "feishu", agentPerson},
	{"alipay", "alipay", agentPerson},
	{"okhttp", "app", agentPerson},
	{"cfnetwork", "app", agentPerson},
	{"alamofire", "app", agentPerson},
	{"dart/", "app", agentPerson},
	{"curl/", "curl", agentProgram},
	{"wget/", "wget", agentProgram},
	{"python", "python", agentProgram},
	{"aiohttp", "python", agentProgram},
	{"httpx/", "python", agentProgram},
	{"scrapy", "python", agentBot},
	{"go-http-client", "go", agentProgram},
	{"apache-httpclient", "java", agentProgram},
	{"java/", "java", agentProgram},
	{"jakarta", "java", agentProgram},
	{"hutool", "java", agentProgram},
	{"node-fetch", "node", agentProgram},
	{"axios/", "node", agentProgram},
	{"undici", "node", agentProgram},
	{"postmanruntime", "postman", agentProgram},
	{"apifox", "postman", agentProgram},
	{"libwww-perl", "perl", agentProgram},
	{"ruby", "ruby", agentProgram},
	{"guzzlehttp", "php", agentProgram},
	{"php/", "php", agentProgram},
	{"powershell", "powershell", agentProgram},
	{"winhttp", "winhttp", agentProgram},
}

// browserMarks name what people use. Many browsers name the engines they descend from, so the order matters.
var browserMarks = []agentMark{
	{"huaweibrowser", "huawei", agentPerson},
	{"ucbrowser", "uc", agentPerson},
	{"qqbrowser", "qq", agentPerson},
	{"qihu", "360", agentPerson},
	{"360se", "360", agentPerson},
	{"edg", "edge", agentPerson},
	{"opr/", "opera", agentPerson},
	{"opera", "opera", agentPerson},
	{"firefox", "firefox", agentPerson},
	{"msie", "ie", agentPerson},
	{"trident", "ie", agentPerson},
	{"chrom", "chrome", agentPerson},
	{"safari", "safari", agentPerson},
	{"dalvik", "app", agentPerson},
	{"uni-app", "app", agentPerson},
	{"android", "app", agentPerson},
	{"iphone", "app", agentPerson},
	{"mozilla", "other", agentPerson},
	{"webkit", "other", agentPerson},
	{"browser", "other", agentPerson},
	{"midp", "other", agentPerson},
}

// agentBytes is how much of a User-Agent is looked at.
const agentBytes = 512

// agentOf classifies a User-Agent header. Lists of crawlers change faster than programs: bots are those of
// monperrus/crawler-user-agents, less the libraries and monitors that this package tells apart by itself.
func agentOf(header string) agent {
	if header == "" {
		return agent{"", agentProgram}
	}
	if len(header) > agentBytes {
		header = header[:agentBytes]
	}
	lower := strings.ToLower(header)
	if m, ok := firstMark(lower, agentMarks); ok {
		return m
	}
	if agents.IsCrawler(plainAgent(header)) {
		return agent{"bot", agentBot}
	}
	if m, ok := firstMark(lower, browserMarks); ok {
		return m
	}
	return agent{"other", agentProgram}
}

func firstMark(lower string, marks []agentMark) (agent, bool) {
	for _, m := range marks {
		if strings.Contains(lower, m.mark) {
			return agent{m.family, m.class}, true
		}
	}
	return agent{}, false
}

// plainAgent undoes the ways of W3C logs to write spaces.
func plainAgent(header string) string {
	if strings.Contains(header, " ") {
		return header
	}
	header = strings.ReplaceAll(header, "+", " ")
	header = strings.ReplaceAll(header, "%2520", " ")
	return strings.ReplaceAll(header, "%20", " ")
}
