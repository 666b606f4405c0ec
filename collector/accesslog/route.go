package accesslog

import (
	"slices"
	"strings"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// route is all that host, method and path of a request tell. Requests for the same share one.
type route struct {
	system  string
	form    string
	unit    string
	action  string
	object  *object
	ruled   bool            // a rule gave the action
	traffic queries.Traffic // of the rule, or empty
	health  bool
	static  bool
	api     bool
}

// object is a path template, with the last block that it was noted for, once for each class of the catalogue.
type object struct {
	name  string
	noted [2]uint64
}

// invalidRequest stands for the path of a request that is none.
const invalidRequest = "{invalid}"

// routeOf maps a request by the first rule that fits.
func (s *settings) routeOf(host, method, path []byte, intern func(string) *object) *route {
	if len(path) == 0 {
		return &route{system: s.System, action: "other", object: intern(invalidRequest)}
	}
	name := template(path)
	verb := string(method)
	r := &route{
		system: s.System,
		action: actionOf(verb, name),
		object: intern(name),
		health: collector.IsHealthPath(name),
		static: collector.IsStatic(name),
		api:    isAPI(name),
	}
	if len(s.rules) == 0 {
		return r
	}
	hostName, plain := strings.ToLower(string(host)), string(readable(path))
	for i := range s.rules {
		if s.rules[i].fits(hostName, verb, plain) {
			s.rules[i].apply(plain, r)
			break
		}
	}
	return r
}

func (m *rule) fits(host, method, path string) bool {
	switch {
	case m.host != nil && !m.host.MatchString(host):
		return false
	case len(m.Method) > 0 && !slices.Contains(m.Method, method):
		return false
	case m.pattern != nil:
		return m.pattern.MatchString(path)
	}
	return strings.HasPrefix(path, m.Path)
}

func (m *rule) apply(path string, r *route) {
	set := func(into *string, value string) {
		if value != "" {
			*into = value
		}
	}
	set(&r.system, m.System)
	set(&r.form, m.Form)
	set(&r.unit, m.Unit)
	set(&r.action, m.Action)
	r.ruled = m.Action != ""
	r.traffic = queries.Traffic(m.Traffic)
	if m.pattern == nil {
		return
	}
	groups := m.pattern.FindStringSubmatch(path)
	for i, name := range m.pattern.SubexpNames() {
		switch name {
		case "system":
			set(&r.system, groups[i])
		case "form":
			set(&r.form, groups[i])
		case "unit":
			set(&r.unit, groups[i])
		}
	}
}

// trafficOf tells people's work from the rest. A rule has the last word; then monitors, the vendor's staff, crawlers and
// files that come along with pages are told apart.
func trafficOf(r *route, a *agent, c *caller, known bool) queries.Traffic {
	switch {
	case r.traffic != "":
		return r.traffic
	case a.class == agentHealth || r.health:
		return queries.Health
	case c.vendor:
		return queries.Vendor
	case a.class == agentBot, r.object.name == invalidRequest:
		return queries.Bot
	case a.class == agentProgram && known && !c.named && !r.api:
		// A program without a user name that fetches pages is a crawler by another name. With a name, or on an interface
		// for programs, it is another system that makes use of this one.
		return queries.Bot
	case r.static:
		return queries.Static
	}
	return queries.Business
}

// actionFor is the route's action, or api where a program uses an interface to read or write without a telling word.
func actionFor(r *route, a *agent) string {
	if r.ruled || a.class != agentProgram || !r.api {
		return r.action
	}
	switch r.action {
	case "view", "submit", "create", "update", "other":
		return "api"
	}
	return r.action
}
