package accesslog

import (
	"strings"
	"unicode"

	"github.com/jianfu/jianfu/collector"
)

// verbs are the words of paths that tell the action, in English, pinyin and Chinese. They are compared with whole words
// (userLogin.do has the words user, login and do), the Chinese ones with parts of a segment.
var verbs = map[string]string{
	"heartbeat": "heartbeat", "keepalive": "heartbeat", "heart": "heartbeat", "ping": "heartbeat", "health": "heartbeat", "healthz": "heartbeat", "healthcheck": "heartbeat", "alive": "heartbeat", "xintiao": "heartbeat",
	"login": "login", "logon": "login", "signin": "login", "logout": "login", "logoff": "login", "signout": "login", "sso": "login", "cas": "login", "oauth": "login", "oauth2": "login", "authorize": "login", "captcha": "login", "denglu": "login", "dologin": "login",
	"export": "export", "exportexcel": "export", "exportxls": "export", "toexcel": "export", "daochu": "export",
	"download": "download", "xiazai": "download",
	"approve": "approve", "approval": "approve", "audit": "approve", "review": "approve", "reject": "approve", "shenpi": "approve", "shenhe": "approve",
	"list": "view", "query": "view", "search": "view", "page": "view", "get": "view", "find": "view", "select": "view", "load": "view", "detail": "view", "details": "view", "info": "view", "view": "view", "tree": "view", "count": "view", "stat": "view", "stats": "view", "statistics": "view", "dict": "view", "menu": "view", "menus": "view", "show": "view", "check": "view", "chaxun": "view", "liebiao": "view", "graphql": "view",
	"update": "update", "edit": "update", "modify": "update", "change": "update", "set": "update", "xiugai": "update",
	"add": "create", "create": "create", "insert": "create", "new": "create", "import": "create", "upload": "create", "xinzeng": "create", "daoru": "create",
	"submit": "submit", "save": "submit", "fill": "submit", "declare": "submit", "apply": "submit", "commit": "submit", "send": "submit", "shangbao": "submit", "tianbao": "submit", "tijiao": "submit", "baocun": "submit",
	"delete": "other", "remove": "other", "del": "other", "shanchu": "other",
}

// weakVerbs are nouns as often as verbs: they count only where no other word of the path tells.
var weakVerbs = map[string]string{"report": "submit", "register": "submit"}

var chineseVerbs = [...][2]string{
	{"心跳", "heartbeat"},
	{"登录", "login"},
	{"登陆", "login"},
	{"退出", "login"},
	{"导出", "export"},
	{"下载", "download"},
	{"审批", "approve"},
	{"审核", "approve"},
	{"查询", "view"},
	{"列表", "view"},
	{"查看", "view"},
	{"详情", "view"},
	{"修改", "update"},
	{"编辑", "update"},
	{"新增", "create"},
	{"导入", "create"},
	{"上传", "create"},
	{"填报", "submit"},
	{"上报", "submit"},
	{"提交", "submit"},
	{"保存", "submit"},
	{"报送", "submit"},
	{"删除", "other"},
}

// documents are the extensions of files that people fetch to work with; static ones come along with a page.
var documents = wordSet("xls xlsx doc docx ppt pptx wps et csv zip rar 7z pdf ofd apk")

// verbSegments is how many segments from the end may tell the action.
const verbSegments = 3

// actionOf is the action that a method and a path template amount to where no rule says it. Words tell more than methods,
// because many systems query by POST; a page that offers a form to fill in is viewed, not submitted, so that for GET the
// words for writing do not count.
func actionOf(method, object string) string {
	switch method {
	case "HEAD", "OPTIONS", "DELETE", "TRACE", "CONNECT", "PROPFIND", "":
		if verb := pathVerb(object); verb == "heartbeat" || verb == "login" {
			return verb
		}
		return "other"
	}
	verb := pathVerb(object)
	switch verb {
	case "heartbeat", "login", "export", "download":
		return verb
	case "approve":
		if method != "GET" {
			return verb
		}
	}
	if method == "GET" {
		if documents[collector.Extension(object)] {
			return "download"
		}
		return "view"
	}
	if method == "PUT" || method == "PATCH" {
		if verb == "submit" || verb == "approve" {
			return verb
		}
		return "update"
	}
	if verb != "" {
		return verb
	}
	return "submit"
}

// pathVerb is the action that the words of a path tell, the last segment speaking first; empty when none does.
func pathVerb(object string) string {
	weak := ""
	rest := object
	for range verbSegments {
		slash := strings.LastIndexByte(rest, '/')
		if slash < 0 {
			break
		}
		segment := rest[slash+1:]
		rest = rest[:slash]
		if verb, ok := verbs[strings.ToLower(segment)]; ok {
			return verb
		}
		for _, word := range words(segment) {
			if verb, ok := verbs[word]; ok {
				return verb
			}
			if weak == "" {
				weak = weakVerbs[word]
			}
		}
		for _, pair := range chineseVerbs {
			if strings.Contains(segment, pair[0]) {
				return pair[1]
			}
		}
	}
	return weak
}

// words splits exportUserList.do, export-user-list and export_user_list alike, in lower case.
func words(segment string) []string {
	var out []string
	start := 0
	previous := rune(0)
	cut := func(end int) {
		if end > start {
			out = append(out, strings.ToLower(segment[start:end]))
		}
	}
	for i, r := range segment {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + len(string(r))
		case unicode.IsUpper(r) && unicode.IsLower(previous):
			cut(i)
			start = i
		}
		previous = r
	}
	cut(len(segment))
	return out
}

// isAPI says whether a path is an interface for programs.
func isAPI(object string) bool {
	for _, segment := range strings.Split(strings.ToLower(object), "/") {
		switch segment {
		case "api", "apis", "openapi", "open-api", "rest", "restapi", "webservice", "webservices", "services", "gateway", "interface", "exchange":
			return true
		}
	}
	return false
}

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}
