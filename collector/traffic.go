package collector

import (
	"strings"
	"unicode"

	"github.com/jianfu/jianfu/queries"
)

// Sources that hand over usage records instead of access logs name the one who acts, the page and the program. That tells
// people's work from the noise of machines as it does in access logs; whatever is not surely noise is business.

// monitors are programs that ask whether a system is alive, and probes the accounts that they use.
var (
	monitors = []string{
		"monitor", "zabbix", "prometheus", "blackbox", "uptime", "pingdom", "statuscake", "nagios", "icinga", "kube-probe", "healthcheck",
		"health-check", "health check", "heartbeat", "probe", "监控", "心跳",
	}
	probes = []string{"zabbix", "prometheus", "nagios", "icinga", "healthcheck", "probe"}
	watch  = []string{"monitor", "uptime", "heartbeat", "jiankong"}
)

// crawlers are programs that collect pages.
var crawlers = []string{"bot", "spider", "crawler", "scanner", "slurp", "爬虫"}

// maintainers are words in the names of accounts that maintain a system; those of the second list could be somebody's name
// or team, and count only where nothing else stands beside them.
var (
	maintainers = []string{"vendor", "maint", "maintenance", "maintainer", "devops", "sysops", "supplier"}
	ambiguous   = []string{"yunwei", "ops", "support", "weihu", "jishuzhichi"}
	maintaining = []string{"运维", "厂商", "厂家", "供应商", "服务商", "技术支持", "驻场"}
)

// TrafficOf tells what a usage record is: people's business, a health check, a crawler, a file that comes along with a page,
// or an account that maintains the system. Actor and client are raw; object is a path or name.
func TrafficOf(action, actor, object, client string) queries.Traffic {
	client = strings.ReplaceAll(strings.ToLower(client), "cubot", "") // a maker of telephones
	switch {
	case action == "heartbeat", containsAny(client, monitors), IsHealthPath(object), account(actor, probes, watch):
		return queries.Health
	case IsMaintainer(actor):
		return queries.Vendor
	case containsAny(client, crawlers):
		return queries.Bot
	case action == "view" && IsStatic(object):
		return queries.Static
	}
	return queries.Business
}

// IsMaintainer says whether an account's name tells that it maintains a system.
func IsMaintainer(actor string) bool {
	return account(actor, maintainers, ambiguous) || containsAny(actor, maintaining)
}

func containsAny(text string, words []string) bool {
	if text == "" {
		return false
	}
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// account says whether one of the words is a part of an account's name, or one of those alone is the whole of it, digits not
// counted.
func account(name string, words, alone []string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, part := range parts {
		for _, word := range words {
			if part == word {
				return true
			}
		}
	}
	if len(parts) != 1 {
		return false
	}
	for _, word := range alone {
		if parts[0] == word {
			return true
		}
	}
	return false
}

// IsHealthPath knows the paths that load balancers and monitors ask for. Those that could be a page of their own count only
// at the top.
func IsHealthPath(object string) bool {
	lower := strings.ToLower(object)
	switch lower {
	case "/ping", "/status", "/alive", "/ready", "/up":
		return true
	}
	if strings.Contains(lower, "/actuator/") || strings.HasSuffix(lower, "/actuator") {
		return true
	}
	switch lower[strings.LastIndexByte(lower, '/')+1:] {
	case "health", "healthz", "healthcheck", "health_check", "health-check", "livez", "readyz", "liveness", "readiness",
		"nginx_status", "stub_status", "server-status", "fpm-ping":
		return true
	}
	return false
}

// IsStatic knows the files that come along with pages.
func IsStatic(object string) bool {
	switch Extension(object) {
	case "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "avif", "bmp", "tif", "tiff", "woff", "woff2", "ttf", "eot", "otf",
		"mp3", "mp4", "webm", "ogg", "m4a", "m3u8", "ts", "flv", "swf", "wasm", "cur", "less", "scss":
		return true
	}
	return object == "/robots.txt"
}

// Extension is the extension of the last segment of a path in lower case, without the dot; empty for none and for more than
// six characters.
func Extension(object string) string {
	last := object[strings.LastIndexByte(object, '/')+1:]
	dot := strings.LastIndexByte(last, '.')
	if dot < 0 || len(last)-dot > 7 {
		return ""
	}
	return strings.ToLower(last[dot+1:])
}
