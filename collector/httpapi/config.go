package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/collector"
)

// Config is the source's part of the configuration.
type Config struct {
	URL      string            `yaml:"url"`
	Method   string            `yaml:"method"` // GET or POST
	Headers  map[string]string `yaml:"headers"`
	Query    map[string]string `yaml:"query"`
	Body     map[string]any    `yaml:"body"`     // of a POST; parameters are set in it at dotted paths
	Encoding string            `yaml:"encoding"` // of the body: json or form
	Auth     Auth              `yaml:"auth"`

	Records   string    `yaml:"records"` // path to the list of records; empty: the whole answer is the list
	Status    Status    `yaml:"status"`
	Paging    Paging    `yaml:"paging"`
	Watermark Watermark `yaml:"watermark"`

	Rate        float64       `yaml:"rate"`         // requests a second; 0: no limit
	Timeout     time.Duration `yaml:"timeout"`      // of one request
	Retries     int           `yaml:"retries"`      // of one request
	MaxWait     time.Duration `yaml:"max_wait"`     // between two tries
	MaxResponse int64         `yaml:"max_response"` // bytes, unpacked
	AllowHosts  []string      `yaml:"allow_hosts"`  // other hosts that links and redirects may lead to
	CA          string        `yaml:"ca"`           // file of certificates (PEM) to trust besides the system's

	Mapping collector.RowMapping `yaml:"mapping"`
}

// Status describes APIs that answer 200 and tell success or failure inside.
type Status struct {
	Path    string   `yaml:"path"`
	OK      []string `yaml:"ok"`
	Expired []string `yaml:"expired"` // codes of a token that is no longer valid
	Message string   `yaml:"message"` // path to the reason
}

// Paging says how the API is walked through.
type Paging struct {
	Kind        string        `yaml:"kind"` // none, page, offset, cursor or next_link
	In          string        `yaml:"in"`   // query or body
	PageParam   string        `yaml:"page_param"`
	OffsetParam string        `yaml:"offset_param"`
	CursorParam string        `yaml:"cursor_param"`
	SizeParam   string        `yaml:"size_param"`
	Size        int           `yaml:"size"`
	First       *int64        `yaml:"first"` // number of the first page, or the first offset
	TotalPath   string        `yaml:"total_path"`
	CursorPath  string        `yaml:"cursor_path"`
	NextPath    string        `yaml:"next_path"` // empty: the Link header
	MorePath    string        `yaml:"more_path"` // a truth value: more follows
	AfterLast   string        `yaml:"after_last"`
	MaxPages    int           `yaml:"max_pages"`
	Confirm     int           `yaml:"confirm"`      // how often a doubtful answer is asked for again
	ConfirmWait time.Duration `yaml:"confirm_wait"` // before the first time; doubled each time
}

// Watermark asks only for what is new since the last run.
type Watermark struct {
	Param   string `yaml:"param"`
	Until   string `yaml:"until_param"`
	In      string `yaml:"in"`
	Column  string `yaml:"column"` // of the record; empty: the time of the last run counts
	Format  string `yaml:"format"`
	Overlap string `yaml:"overlap"`
	Start   string `yaml:"start"` // of the first run
}

// Auth holds at most one way to prove who asks.
type Auth struct {
	Bearer string    `yaml:"bearer"`
	Basic  *Basic    `yaml:"basic"`
	Header *NameText `yaml:"header"`
	Query  *NameText `yaml:"query"`
	Login  *Login    `yaml:"login"`
}

// Basic is HTTP basic authentication.
type Basic struct {
	User     string `yaml:"user"`
	Password string `yaml:"password"`
}

// NameText is a header or query parameter.
type NameText struct {
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

// Login gets a token from an endpoint, and a new one when it has expired.
type Login struct {
	URL       string            `yaml:"url"`
	Method    string            `yaml:"method"`
	Headers   map[string]string `yaml:"headers"`
	Query     map[string]string `yaml:"query"`
	Body      map[string]any    `yaml:"body"`
	Encoding  string            `yaml:"encoding"`
	TokenPath string            `yaml:"token_path"`
	Header    string            `yaml:"header"` // that carries the token; Authorization unless told otherwise
	Prefix    *string           `yaml:"prefix"` // before the token in the header; "Bearer " in Authorization
	Param     string            `yaml:"param"`  // query parameter that carries the token instead
}

var (
	pagingKinds      = []string{"none", "page", "offset", "cursor", "next_link"}
	afterLastWords   = []string{"none", "empty", "repeat", "not_found"}
	watermarkFormats = []string{"rfc3339", "datetime", "date", "unix", "unix_ms", "number"}
)

// checker gathers the faults of a configuration.
type checker struct{ faults []error }

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(format, args...))
}

// word fills in the default of a word and checks it.
func (c *checker) word(key string, word *string, words ...string) {
	if *word == "" {
		*word = words[0]
	}
	if !slices.Contains(words, *word) {
		c.fault("%s: %q is unknown%s; write one of %s", key, *word, collector.Nearest(*word, words), strings.Join(words, ", "))
	}
}

// parsePath reads a path, which may be empty.
func (c *checker) path(key, text string) path {
	p, err := parsePath(text)
	if err != nil {
		c.fault("%s: %w", key, err)
	}
	return p
}

func (c *checker) url(key, text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case text == "":
		c.fault("%s: is missing; write the address, e.g. https://host/api/records", key)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		c.fault("%s: is no address of the web; write it with https:// or http:// and a host", key)
	case u.User != nil:
		c.fault("%s: holds a user name; write it in auth.basic, so that it does not appear in messages", key)
	}
	if err != nil {
		return &url.URL{}
	}
	return u
}

// validate fills in the defaults and returns all faults at once.
func (s *Source) validate() error {
	c, check := &s.config, &checker{}
	s.base = check.url("url", c.URL)
	check.word("method", &c.Method, http.MethodGet, http.MethodPost)
	check.word("encoding", &c.Encoding, "json", "form")
	if c.Method == http.MethodGet && len(c.Body) > 0 {
		check.fault("body: a GET has none; write method: POST, or move it to query")
	}
	s.records = check.path("records", c.Records)
	s.total = check.path("paging.total_path", c.Paging.TotalPath)
	s.cursor = check.path("paging.cursor_path", c.Paging.CursorPath)
	s.next = check.path("paging.next_path", c.Paging.NextPath)
	s.more = check.path("paging.more_path", c.Paging.MorePath)
	s.status = check.path("status.path", c.Status.Path)
	s.message = check.path("status.message", c.Status.Message)
	if c.Status.Path == "" && (len(c.Status.OK) > 0 || len(c.Status.Expired) > 0) {
		check.fault("status.path: is missing; write where the answer holds its code, e.g. code")
	}
	if c.Status.Path != "" && len(c.Status.OK) == 0 {
		check.fault("status.ok: is missing; list the codes of success, e.g. [\"0\"]")
	}
	check.paging(&c.Paging, c.Method)
	check.watermark(&c.Watermark, c.Method, s)
	check.auth(&c.Auth, s)
	check.limits(c)
	return errors.Join(check.faults...)
}

func (c *checker) limits(config *Config) {
	if config.Timeout == 0 {
		config.Timeout = time.Minute
	}
	if config.Retries == 0 {
		config.Retries = 5
	}
	if config.MaxWait == 0 {
		config.MaxWait = 10 * time.Minute
	}
	if config.MaxResponse == 0 {
		config.MaxResponse = 64 << 20
	}
	if config.Rate < 0 {
		c.fault("rate: %g is negative; write requests a second, e.g. 5 or 0.5", config.Rate)
	}
	if config.Timeout < time.Second || config.MaxWait < time.Second {
		c.fault("timeout, max_wait: are shorter than a second; write durations such as 60s and 10m")
	}
	if config.Retries < 0 || config.Retries > 100 {
		c.fault("retries: %d is out of range; write 1 to 100, or leave it out for 5", config.Retries)
	}
	if config.MaxResponse < 1024 {
		c.fault("max_response: %d bytes are too few for an answer; leave it out for 64 MiB", config.MaxResponse)
	}
}

func (c *checker) paging(p *Paging, method string) {
	c.word("paging.kind", &p.Kind, pagingKinds...)
	c.word("paging.in", &p.In, "query", "body")
	if p.In == "body" && method != http.MethodPost {
		c.fault("paging.in: body needs method: POST")
	}
	defaults := map[string]string{"page": "empty", "offset": "empty"}[p.Kind]
	if p.AfterLast == "" && defaults != "" {
		p.AfterLast = defaults
	}
	c.word("paging.after_last", &p.AfterLast, afterLastWords...)
	fill := func(name *string, word string) {
		if *name == "" {
			*name = word
		}
	}
	fill(&p.PageParam, "page")
	fill(&p.OffsetParam, "offset")
	fill(&p.CursorParam, "cursor")
	fill(&p.SizeParam, map[string]string{"page": "size"}[p.Kind])
	fill(&p.SizeParam, "limit")
	if p.First == nil {
		first := map[string]int64{"page": 1}[p.Kind]
		p.First = &first
	}
	if p.Kind == "cursor" && p.CursorPath == "" {
		c.fault("paging.cursor_path: is missing; write where an answer holds the cursor of the next page, e.g. data.next_cursor")
	}
	if p.Kind != "cursor" && p.CursorPath != "" {
		c.fault("paging.cursor_path: belongs to kind: cursor")
	}
	if p.Kind != "next_link" && p.NextPath != "" {
		c.fault("paging.next_path: belongs to kind: next_link")
	}
	if p.Size < 0 || p.Size > 1_000_000 {
		c.fault("paging.size: %d is out of range; write how many records to ask for at once, e.g. 100", p.Size)
	}
	if p.MaxPages == 0 {
		p.MaxPages = 100_000
	}
	if p.Confirm == 0 {
		p.Confirm = 3
	}
	if p.ConfirmWait == 0 {
		p.ConfirmWait = 2 * time.Second
	}
	if p.MaxPages < 1 || p.Confirm < 1 || p.Confirm > 20 || p.ConfirmWait < 0 {
		c.fault("paging.max_pages, paging.confirm, paging.confirm_wait: are out of range; leave them out for 100000 pages, 3 times and 2s")
	}
}

func (c *checker) watermark(w *Watermark, method string, s *Source) {
	if *w == (Watermark{}) {
		return
	}
	if w.Param == "" {
		c.fault("watermark.param: is missing; write the parameter that asks for what is new, e.g. since")
	}
	c.word("watermark.in", &w.In, "query", "body")
	if w.In == "body" && method != http.MethodPost {
		c.fault("watermark.in: body needs method: POST")
	}
	c.word("watermark.format", &w.Format, watermarkFormats...)
	if w.Format == "number" && w.Column == "" {
		c.fault("watermark.column: is missing; a number can only be taken from the records")
	}
	if w.Format == "number" && w.Until != "" {
		c.fault("watermark.until_param: needs a format of time")
	}
	var err error
	if s.overlap, err = parseOverlap(w.Overlap, w.Format == "number"); err != nil {
		c.faults = append(c.faults, err)
	}
	if w.Start != "" {
		if s.start, err = s.parseWatermark(w.Start); err != nil {
			c.fault("watermark.start: %w", err)
		}
	}
}

func (c *checker) auth(a *Auth, s *Source) {
	ways := 0
	for _, used := range []bool{a.Bearer != "", a.Basic != nil, a.Header != nil, a.Query != nil, a.Login != nil} {
		if used {
			ways++
		}
	}
	if ways > 1 {
		c.fault("auth: holds several ways; keep one of bearer, basic, header, query and login")
	}
	if a.Basic != nil && a.Basic.User == "" {
		c.fault("auth.basic.user: is missing")
	}
	for key, h := range map[string]*NameText{"header": a.Header, "query": a.Query} {
		if h != nil && (h.Name == "" || h.Value == "") {
			c.fault("auth.%s: write {name: …, value: …}", key)
		}
	}
	l := a.Login
	if l == nil {
		return
	}
	s.login = c.url("auth.login.url", l.URL)
	c.word("auth.login.method", &l.Method, http.MethodPost, http.MethodGet)
	c.word("auth.login.encoding", &l.Encoding, "json", "form")
	if l.TokenPath == "" {
		c.fault("auth.login.token_path: is missing; write where the answer holds the token, e.g. data.access_token")
	}
	s.token = c.path("auth.login.token_path", l.TokenPath)
	if l.Param != "" && (l.Header != "" || l.Prefix != nil) {
		c.fault("auth.login.param: excludes header and prefix; keep the one that the API asks for")
	}
	if l.Header == "" {
		l.Header = "Authorization"
	}
	if l.Prefix == nil {
		prefix := map[bool]string{true: "Bearer "}[strings.EqualFold(l.Header, "Authorization")]
		l.Prefix = &prefix
	}
}
