package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// config is jianfu.yaml. Its sources stay as YAML nodes until their kind decodes them.
type config struct {
	ClickHouse struct {
		Embedded string `yaml:"embedded"`
		URL      string `yaml:"url"`
	} `yaml:"clickhouse"`
	State    string   `yaml:"state"` // folder of the pseudonym key and of locks
	Listen   string   `yaml:"listen"`
	URL      string   `yaml:"url"`     // under which readers reach the pages, where it is not listen
	Proxies  []string `yaml:"proxies"` // addresses or networks of the proxies in front
	Language string   `yaml:"language"`
	Timezone string   `yaml:"timezone"`
	Policy   string   `yaml:"policy"`
	Analyze  string   `yaml:"analyze"`    // schedule of the analysis
	Retire   string   `yaml:"retirement"` // schedule of reminders and checks of retirements
	Token    string   `yaml:"token"`      // of POST /api/v1/records
	// MetricsToken opens GET /metrics to other machines.
	MetricsToken string         `yaml:"metrics_token"`
	Keep         map[string]int `yaml:"keep"` // days: usage, submissions
	Audit        auditConfig    `yaml:"audit"`
	Accounts     accountConfig  `yaml:"accounts"`
	Notify       notifyConfig   `yaml:"notify"`
	Sources      []ast.Node     `yaml:"sources"`

	address *url.URL // of URL; nil where it is not given
	proxies []netip.Prefix
	dir     string // of the file; relative paths are relative to it
	policy  *analyzer.Policy
	zone    *time.Location
	sources []sourceConfig
}

// sourceConfig is what every source has, whatever its kind.
type sourceConfig struct {
	ID       string
	Kind     collector.Kind
	Schedule string
	decode   func(into any) error
}

// everySource names the keys that every source has.
var everySource = []string{"id", "kind", "schedule"}

// minimumUsageDays is six months: 网络安全法 (Cybersecurity Law), article 21, asks that network logs be kept as long at least.
const minimumUsageDays = 183

// faults gathers everything that is wrong with a file, so that one run tells it all.
type faults struct {
	file string
	all  []error
}

func (f *faults) add(t *token.Token, format string, arguments ...any) {
	place := f.file
	if t != nil && t.Position != nil {
		place = fmt.Sprintf("%s:%d:%d", f.file, t.Position.Line, t.Position.Column)
	}
	f.all = append(f.all, fmt.Errorf("%s: %s", place, fmt.Sprintf(format, arguments...)))
}

// loadConfig reads and checks a configuration file. All faults are told at once, with line and column, before anything is
// opened or started.
func loadConfig(path string, kinds []collector.Kind) (*config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("unable to read the configuration: %w", err)
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("unable to read %s: %s", path, yaml.FormatError(err, false, true))
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("unable to name the folder of the configuration: %w", err)
	}
	f := &faults{file: path}
	c := &config{dir: dir, Listen: "127.0.0.1:8080", Language: "zh-CN", Timezone: "Asia/Shanghai", Analyze: "30 3 * * *", Retire: "30 8 * * *"}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		f.add(nil, "the file must hold one YAML mapping; docs/operations.md has a complete example")
		return nil, errors.Join(f.all...)
	}
	root, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok {
		if one, is := file.Docs[0].Body.(*ast.MappingValueNode); is {
			root = ast.Mapping(one.GetToken(), false, one)
		} else {
			f.add(file.Docs[0].Body.GetToken(), "expected a mapping such as 'clickhouse: {embedded: ./data}'")
			return nil, errors.Join(f.all...)
		}
	}
	substitute(root, dir, f)
	decodeAll(root, c, nil, f)
	c.check(kinds, f)
	if len(f.all) > 0 {
		return nil, fmt.Errorf("unable to use the configuration:\n%w", errors.Join(f.all...))
	}
	return c, nil
}

// embeddedConfig is the configuration of a command with --embedded DIR and without a file.
func embeddedConfig(dir string) (*config, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("unable to name the working folder: %w", err)
	}
	c := &config{dir: here, Listen: "127.0.0.1:8080", Language: "zh-CN", Timezone: "Asia/Shanghai", Analyze: "30 3 * * *", Retire: "30 8 * * *"}
	c.ClickHouse.Embedded = dir
	f := &faults{file: "--embedded"}
	c.check(nil, f)
	return c, errors.Join(f.all...)
}

func (c *config) check(kinds []collector.Kind, f *faults) {
	switch {
	case c.ClickHouse.Embedded == "" && c.ClickHouse.URL == "":
		c.ClickHouse.Embedded = "data"
	case c.ClickHouse.Embedded != "" && c.ClickHouse.URL != "":
		f.add(nil, "clickhouse: give embedded (a folder) or url (a server), not both")
	}
	if c.ClickHouse.Embedded != "" {
		c.ClickHouse.Embedded = c.path(c.ClickHouse.Embedded)
	}
	switch {
	case c.State != "":
		c.State = c.path(c.State)
	case c.ClickHouse.Embedded != "":
		c.State = c.ClickHouse.Embedded
	default:
		c.State = c.path("state")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		f.add(nil, "listen: %q is not host:port; write 127.0.0.1:8080", c.Listen)
	}
	if c.Language != "zh-CN" && c.Language != "en" {
		f.add(nil, "language: %q is not one of zh-CN, en", c.Language)
	}
	if c.Token != "" && len(c.Token) < 16 {
		f.add(nil, "token: shorter than 16 characters; take it from the environment or a file, e.g. token: file:records.token")
	}
	if c.MetricsToken != "" && len(c.MetricsToken) < 16 {
		f.add(nil, "metrics_token: shorter than 16 characters; take it from the environment or a file, e.g. metrics_token: file:metrics.token")
	}
	var err error
	if c.zone, err = time.LoadLocation(c.Timezone); err != nil {
		f.add(nil, "timezone: %q is not a zone of the IANA data base; write Asia/Shanghai", c.Timezone)
		c.zone = time.UTC
	}
	if _, err := cron.ParseStandard(c.Analyze); err != nil && c.Analyze != "" {
		f.add(nil, "analyze: %q is not a schedule (%s); write \"30 3 * * *\" or @daily", c.Analyze, err)
	}
	if _, err := cron.ParseStandard(c.Retire); err != nil && c.Retire != "" {
		f.add(nil, "retirement: %q is not a schedule (%s); write \"30 8 * * *\" or @daily", c.Retire, err)
	}
	c.Audit.check(c.path, f)
	c.checkAddress(f)
	c.Accounts.check(c.address, f)
	c.Notify.check(c.zone, f)
	for name, days := range c.Keep {
		switch {
		case name != "usage" && name != "submissions":
			f.add(nil, "keep.%s: there is no such kind of data; there are usage, submissions", name)
		case name == "usage" && days < minimumUsageDays:
			f.add(nil, "keep.usage: %d days are fewer than the six months (%d days) that the Cybersecurity Law, article 21, asks for", days, minimumUsageDays)
		case days < 1:
			f.add(nil, "keep.%s: %d is not a number of days", name, days)
		}
	}
	if c.Policy == "" {
		c.policy, err = analyzer.DefaultPolicy()
	} else {
		c.policy, err = analyzer.LoadPolicy(c.path(c.Policy))
	}
	if err != nil {
		f.all = append(f.all, err)
	}
	seen := map[string]bool{}
	for i, node := range c.Sources {
		c.checkSource(i, node, kinds, seen, f)
	}
}

func (c *config) checkSource(i int, node ast.Node, kinds []collector.Kind, seen map[string]bool, f *faults) {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		if one, is := node.(*ast.MappingValueNode); is {
			mapping = ast.Mapping(one.GetToken(), false, one)
		} else {
			f.add(node.GetToken(), "sources[%d]: expected a mapping with id, kind and the kind's own keys", i)
			return
		}
	}
	common := struct {
		ID       string `yaml:"id"`
		Kind     string `yaml:"kind"`
		Schedule string `yaml:"schedule"`
	}{}
	shared, own := divide(mapping, everySource)
	decodeAll(shared, &common, everySource, f)
	at := mapping.GetToken()
	if len(mapping.Values) > 0 {
		at = mapping.Values[0].Key.GetToken()
	}
	if common.ID == "" {
		f.add(at, "sources[%d]: id is missing; give the source a short name that never changes, such as gateway", i)
	}
	if seen[common.ID] {
		f.add(at, "sources[%d]: the id %q is taken by another source", i, common.ID)
	}
	seen[common.ID] = true
	if common.Schedule != "" {
		if _, err := cron.ParseStandard(common.Schedule); err != nil {
			f.add(at, "source %s: schedule: %q is not a schedule (%s); write \"*/5 * * * *\" or @hourly", common.ID, common.Schedule, err)
		}
	}
	names := make([]string, len(kinds))
	for j, k := range kinds {
		names[j] = k.Name
	}
	j := slices.Index(names, common.Kind)
	if j < 0 {
		f.add(at, "source %s: kind: %q is not a kind of source%s", common.ID, common.Kind, collector.Nearest(common.Kind, names))
		return
	}
	s := sourceConfig{ID: common.ID, Kind: kinds[j], Schedule: common.Schedule}
	s.decode = func(into any) error {
		inner := &faults{file: f.file}
		decodeAll(own, into, everySource, inner)
		return errors.Join(inner.all...)
	}
	// Building is inert: it only decodes and checks, so that the kind's own faults are told here with all others.
	if _, err := c.build(s, collector.NewPseudonymizer(nil), zerolog.Nop()); err != nil {
		for _, one := range flatten(err) {
			if strings.HasPrefix(one.Error(), f.file+":") {
				f.all = append(f.all, one)
			} else {
				f.add(at, "source %s: %s", common.ID, one)
			}
		}
		return
	}
	c.sources = append(c.sources, s)
}

func flatten(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}

// build makes the inert source.
func (c *config) build(s sourceConfig, p *collector.Pseudonymizer, log zerolog.Logger) (collector.Source, error) {
	return s.Kind.New(collector.Deps{
		ID: s.ID, Log: log, Pseudonym: p, Now: time.Now, Location: c.zone, BaseDir: c.dir,
	}, s.decode)
}

func (c *config) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.dir, p)
}

func (c *config) store() queries.Config {
	return queries.Config{Embedded: c.ClickHouse.Embedded, URL: c.ClickHouse.URL}
}

// divide parts a mapping into the given keys and the others.
func divide(m *ast.MappingNode, keys []string) (with, without *ast.MappingNode) {
	with, without = ast.Mapping(m.Start, m.IsFlowStyle), ast.Mapping(m.Start, m.IsFlowStyle)
	for _, v := range m.Values {
		if slices.Contains(keys, v.Key.String()) {
			with.Values = append(with.Values, v)
		} else {
			without.Values = append(without.Values, v)
		}
	}
	return with, without
}

// decodeAll decodes strictly and goes on after each fault by leaving out the value that caused it.
func decodeAll(m *ast.MappingNode, into any, also []string, f *faults) {
	for {
		if len(m.Values) == 0 {
			return
		}
		err := yaml.NodeToValue(m, into, yaml.Strict())
		if err == nil {
			return
		}
		var located yaml.Error
		if !errors.As(err, &located) || located.GetToken() == nil {
			f.add(m.GetToken(), "%s", err)
			return
		}
		at := located.GetToken()
		message := located.GetMessage()
		var unknown *yaml.UnknownFieldError
		if errors.As(err, &unknown) {
			names := append(keysOf(reflect.TypeOf(into)), also...)
			message = fmt.Sprintf("unknown key %q%s", at.Value, collector.Nearest(at.Value, names))
		}
		f.add(at, "%s", message)
		rest, found := without(m, at)
		if !found {
			return
		}
		m = rest
	}
}

// without removes the smallest top-level value that contains the token, so that decoding can go on after it.
func without(m *ast.MappingNode, at *token.Token) (*ast.MappingNode, bool) {
	out := ast.Mapping(m.Start, m.IsFlowStyle)
	drop := -1
	for i, v := range m.Values {
		if v.Key.GetToken().Position.Offset <= at.Position.Offset {
			drop = i
		}
	}
	for i, v := range m.Values {
		if i != drop {
			out.Values = append(out.Values, v)
		}
	}
	return out, drop >= 0
}

// keysOf lists the keys that a struct knows.
func keysOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			names = append(names, keysOf(field.Type)...)
		case name != "" && name != "-":
			names = append(names, name)
		}
	}
	return names
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// substitute replaces ${NAME} by the environment's value and file:PATH by the file's content in every text value.
func substitute(node ast.Node, dir string, f *faults) {
	ast.Walk(visitor(func(n ast.Node) {
		s, ok := n.(*ast.StringNode)
		if !ok {
			return
		}
		value := variable.ReplaceAllStringFunc(s.Value, func(match string) string {
			name := match[2 : len(match)-1]
			text, ok := os.LookupEnv(name)
			if !ok {
				f.add(s.GetToken(), "the environment variable %s is not set", name)
			}
			return text
		})
		if path, is := strings.CutPrefix(value, "file:"); is && !strings.HasPrefix(path, "//") && !strings.Contains(path, "?") {
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				f.add(s.GetToken(), "unable to read the value from its file: %s", err)
			}
			value = strings.TrimRight(string(text), "\r\n")
		}
		s.Value = value
	}), node)
}

type visitor func(ast.Node)

// Visit implements ast.Visitor.
func (v visitor) Visit(n ast.Node) ast.Visitor {
	v(n)
	return v
}
