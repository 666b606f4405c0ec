package demo

import "strconv"

// agents are the user agents of the programs that ask, by client.
var agents = [...]string{
	clientChrome:  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
	clientEdge:    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0",
	client360:     "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE",
	clientWeChat:  "Mozilla/5.0 (Linux; Android 12; HarmonyOS) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49 MiniProgramEnv/android",
	clientApp:     "QingshanApp/3.2.1 (Android 12; okhttp/4.12.0)",
	clientProbe:   "kube-probe/1.27",
	clientBot:     "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
	clientScanner: "Mozilla/5.0 zgrab/0.x",
	clientMachine: "curl/8.5.0",
	clientService: "Apache-HttpClient/4.5.13 (Java/1.8.0_292)",
}

// families are the short names of the clients, as the interchange format asks for.
var families = [...]string{
	clientChrome: "chrome", clientEdge: "edge", client360: "360", clientWeChat: "wechat", clientApp: "app", clientProbe: "monitor",
	clientBot: "bot", clientScanner: "bot", clientMachine: "curl", clientService: "java",
}

// botPaths are what crawlers and scanners ask for; only the first few exist.
var botPaths = []string{"/", "/robots.txt", "/favicon.ico", "/sitemap.xml", "/index.html", "/wp-login.php", "/.env"}

const botPathsFound = 3

// pathOf is the path of a request, without its query. Half of the systems are of the older kind.
func (c *County) pathOf(system int, e *event) string {
	s := &c.systems[system]
	form := "index"
	if e.form >= 0 {
		form = c.forms[e.form].spec.id
	}
	number := strconv.Itoa(int(e.detail))
	if s.use == dashboard && e.action == doView {
		return "/" + s.base + "/index.html"
	}
	switch e.action {
	case doLogin:
		return s.route("/login", "/login.do")
	case doLogout:
		return s.route("/logout", "/logout.do")
	case doView:
		return s.route("/forms/"+form+"/"+number, "/form/"+form+"/show.do")
	case doSubmit:
		return s.route("/forms/"+form+"/submit", "/form/"+form+"/save.do")
	case doApprove:
		return s.route("/forms/"+form+"/approve/"+number, "/form/"+form+"/audit.do")
	case doExport:
		return s.route("/forms/"+form+"/export", "/form/"+form+"/exportExcel.do")
	case doAPI:
		return "/" + s.base + "/openapi/" + form
	case doHeartbeat:
		return s.route("/heartbeat", "/ping.do")
	case doOther:
		return s.checkInPath()
	case doStatic:
		return "/" + s.base + "/static/js/app." + strconv.Itoa(int(e.detail%7)) + ".js"
	case doHealth:
		return "/healthz"
	case doGoods:
		return s.route("/mall/goods/"+number, "/mall/goods.do")
	case doOrder:
		return s.route("/mall/order/create", "/mall/order/create.do")
	}
	return botPaths[int(e.detail)%len(botPaths)]
}

// old says whether a system is of the older kind, with addresses that end in .do.
func (s *systemSpec) old() bool { return s.launched < "2020" && s.launched[0] != '-' }

// checkInPath is where people sign in to be counted, for points or for duty.
func (s *systemSpec) checkInPath() string {
	if s.use == onDuty {
		return s.route("/duty/checkin", "/duty/qiandao.do")
	}
	return s.route("/points/checkin", "/jf/qiandao.do")
}

func (s *systemSpec) route(modern, old string) string {
	if s.old() {
		return "/" + s.base + old
	}
	return "/" + s.base + "/api" + modern
}

// method is the HTTP method of an action.
func (e *event) method() string {
	switch e.action {
	case doLogin, doSubmit, doApprove, doOther, doLogout, doHeartbeat, doOrder:
		return "POST"
	case doHealth:
		return "HEAD"
	}
	return "GET"
}
