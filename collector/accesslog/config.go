package accesslog

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// configuration is a source of kind accesslog in the configuration file.
type configuration struct {
	// Path names the files: paths, folders and patterns with * ? [].
	Path collector.FilePatterns `yaml:"path"`
	// Format is one of formats; auto tells the lines by themselves.
	Format string `yaml:"format"`
	// Pattern is a regular expression with named groups, for format custom.
	Pattern string `yaml:"pattern"`
	// TimeFormat is the Go layout of the time in a custom format.
	TimeFormat string `yaml:"time_format"`
	// Keys names the keys of JSON lines: {time: ts, path: req.uri}.
	Keys map[string]string `yaml:"keys"`
	// System is the system that requests belong to where no rule says otherwise.
	System string `yaml:"system"`
	// Map is the list of rules, of which the first that fits a request decides.
	Map []mapRule `yaml:"map"`
	// Params names the query parameters that carry the unit and the form.
	Params paramNames `yaml:"params"`
	// Actor says who acts: auto (the user, or else address and client program), user, ip, ip_agent or cookie:NAME.
	Actor string `yaml:"actor"`
	// Timezone is that of times without one, such as Asia/Shanghai.
	Timezone string `yaml:"timezone"`
	// Vendor lists the user names, addresses and networks (CIDR) of those who maintain the system.
	Vendor list `yaml:"vendor"`
	// MaxUnpacked bounds what is read of one compressed file, in GiB.
	MaxUnpacked int64 `yaml:"max_unpacked_gib"`
}

// mapRule maps requests to a system, form, unit, action and class of traffic. Empty conditions fit everything, and what is
// left empty is learnt from the request.
type mapRule struct {
	Host    string `yaml:"host"`
	Path    string `yaml:"path"` // prefix; pattern with *; or ^ and a regular expression
	Method  list   `yaml:"method"`
	System  string `yaml:"system"`
	Form    string `yaml:"form"`
	Unit    string `yaml:"unit"`
	Action  string `yaml:"action"`
	Traffic string `yaml:"traffic"`
}

type paramNames struct {
	Unit list `yaml:"unit"`
	Form list `yaml:"form"`
}

// list is a list in the configuration; a single text stands for a list of one.
type list []string

// UnmarshalYAML reads a text or a list of texts.
func (l *list) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if err := unmarshal(&one); err == nil {
		*l = list{one}
		return nil
	}
	var many []string
	if err := unmarshal(&many); err != nil {
		return fmt.Errorf("expected a text or a list of texts: %w", err)
	}
	*l = many
	return nil
}

// formats are the values of format. Those of the common log format's family are read by one parser, which knows the
// variants apart by itself; the names are there because people look for them.
var formats = []string{
	"auto", "combined", "common", "vhost", "json", "nginx_json", "caddy", "traefik", "w3c", "iis", "netscaler", "cloudfront",
	"incapsula", "elb", "alb", "s3", "haproxy", "gandi", "ovh", "icecast", "custom",
}

// settings are the configuration, checked and compiled.
type settings struct {
	configuration
	rules     []rule
	re        *regexp.Regexp
	location  *time.Location // of times without a zone
	zone      *time.Location // as configured, nil when it is not
	vendors   map[string]bool
	networks  []netip.Prefix
	cookie    string
	unpackMax int64
}

// compile checks the configuration and reports all faults at once, each with its key and what to do.
func (c configuration) compile(d collector.Deps) (*settings, error) {
	s := &settings{configuration: c, location: d.Location, vendors: map[string]bool{}}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if s.location == nil {
		s.location = time.UTC
	}
	if err := c.Path.Check(); err != nil {
		fault("path: %w", err)
	}
	if s.Format == "" {
		s.Format = "auto"
		if c.Pattern != "" {
			s.Format = "custom"
		}
	}
	if !slices.Contains(formats, s.Format) {
		fault("format: unknown format %q%s", s.Format, collector.Nearest(s.Format, formats))
	}
	if (s.Format == "custom") != (c.Pattern != "") {
		fault("pattern: it belongs to format: custom, and custom needs it")
	}
	if c.Pattern != "" {
		re, err := regexp.Compile(c.Pattern)
		if err == nil {
			err = checkPattern(re)
		}
		if err != nil {
			fault("pattern: %w", err)
		}
		s.re = re
	}
	for key := range c.Keys {
		if !slices.Contains(jsonKeyNames[:], key) {
			fault("keys: unknown key %q%s", key, collector.Nearest(key, jsonKeyNames[:]))
		}
	}
	if s.System == "" && !slices.ContainsFunc(c.Map, func(m mapRule) bool { return m.System != "" || strings.Contains(m.Path, "(?P<system>") }) {
		fault("system: missing; name the system that these requests belong to, e.g. system: portal")
	}
	for i, m := range c.Map {
		r, err := m.compile()
		if err != nil {
			fault("map[%d]: %w", i, err)
		}
		s.rules = append(s.rules, r)
	}
	s.compileActor(fault)
	if c.Timezone != "" {
		zone, err := time.LoadLocation(c.Timezone)
		if err != nil {
			fault("timezone: unknown time zone %q; write it like Asia/Shanghai", c.Timezone)
		} else {
			s.location, s.zone = zone, zone
		}
	}
	if c.MaxUnpacked < 0 {
		fault("max_unpacked_gib: %d is negative; leave it out for 64", c.MaxUnpacked)
	}
	s.unpackMax = c.MaxUnpacked << 30
	if s.unpackMax == 0 {
		s.unpackMax = 64 << 30
	}
	return s, errors.Join(faults...)
}

func (s *settings) compileActor(fault func(string, ...any)) {
	actors := []string{"auto", "user", "ip", "ip_agent"}
	if s.Actor == "" {
		s.Actor = "auto"
	}
	if name, ok := strings.CutPrefix(s.Actor, "cookie:"); ok && name != "" {
		s.cookie = name
	} else if !slices.Contains(actors, s.Actor) {
		fault("actor: unknown actor %q%s", s.Actor, collector.Nearest(s.Actor, append(actors, "cookie:NAME")))
	}
	for _, vendor := range s.Vendor {
		if prefix, err := netip.ParsePrefix(vendor); err == nil {
			s.networks = append(s.networks, prefix.Masked())
		} else if addr, err := netip.ParseAddr(vendor); err == nil {
			s.networks = append(s.networks, netip.PrefixFrom(addr, addr.BitLen()))
		} else if strings.Contains(vendor, "/") {
			fault("vendor: %q is no network; write it like 10.1.0.0/16", vendor)
		} else {
			s.vendors[vendor] = true
		}
	}
}

// rule is a mapRule ready for use.
type rule struct {
	mapRule
	host    *regexp.Regexp // nil: any
	pattern *regexp.Regexp // nil: a prefix
}

func (m mapRule) compile() (rule, error) {
	r := rule{mapRule: m}
	var faults []error
	if m.Host != "" {
		r.host = glob(strings.ToLower(m.Host))
	}
	r.Method = make(list, len(m.Method))
	switch {
	case strings.HasPrefix(m.Path, "^"):
		re, err := regexp.Compile(m.Path)
		if err != nil {
			faults = append(faults, fmt.Errorf("path: %w", err))
			break
		}
		r.pattern = re
		for _, name := range re.SubexpNames() {
			if name != "" && !slices.Contains([]string{"system", "form", "unit"}, name) {
				faults = append(faults, fmt.Errorf("path: unknown group %q; the groups are system, form and unit", name))
			}
		}
	case strings.Contains(m.Path, "*"):
		r.pattern = glob(m.Path)
	case m.Path != "" && m.Path[0] != '/':
		faults = append(faults, fmt.Errorf("path: %q must begin with / (a prefix), with ^ (a regular expression), or hold a *", m.Path))
	}
	for i, method := range m.Method {
		r.Method[i] = strings.ToUpper(method)
	}
	if m.Action != "" && !slices.Contains(queries.Actions, m.Action) {
		faults = append(faults, fmt.Errorf("action: unknown action %q%s", m.Action, collector.Nearest(m.Action, queries.Actions)))
	}
	classes := []string{string(queries.Business), string(queries.Static), string(queries.Health), string(queries.Bot), string(queries.Vendor)}
	if m.Traffic != "" && !slices.Contains(classes, m.Traffic) {
		faults = append(faults, fmt.Errorf("traffic: unknown class %q%s", m.Traffic, collector.Nearest(m.Traffic, classes)))
	}
	named := r.pattern != nil && r.pattern.NumSubexp() > 0
	if m.System == "" && m.Form == "" && m.Unit == "" && m.Action == "" && m.Traffic == "" && !named {
		faults = append(faults, errors.New("the rule says nothing about the requests that it fits; give it a system, form, unit, action or traffic"))
	}
	return r, errors.Join(faults...)
}

// glob compiles a pattern in which * stands for any text and ? for one character.
func glob(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.ReplaceAll(quoted, `\*`, `.*`)
	quoted = strings.ReplaceAll(quoted, `\?`, `.`)
	return regexp.MustCompile(`^` + quoted + `$`)
}
