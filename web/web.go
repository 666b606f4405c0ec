// Package web shows what was found to those who may see it: pages that need no scripts, the API, and the door for records that are
// sent in. It keeps what people decide.
package web

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/evidence"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/notify"
	"github.com/jianfu/jianfu/web/report"
)

// Reader is what the pages read. *queries.Store is one.
type Reader interface {
	ReadNames(ctx context.Context) (*queries.NameTable, error)
	ReadOverview(ctx context.Context) (*queries.Overview, error)
	ReadFindings(ctx context.Context, q queries.FindingQuery) (*queries.FindingPage, error)
	ReadSystems(ctx context.Context) ([]queries.SystemRow, error)
	// ReadSystem gives one system, or queries.ErrNotFound.
	ReadSystem(ctx context.Context, id string) (*queries.SystemPage, error)
	ReadSources(ctx context.Context) ([]queries.SourceRow, error)
	ReadUnits(ctx context.Context) ([]queries.UnitRow, error)
	ReadVerifyList(ctx context.Context) ([]queries.VerifyItem, error)
	AuditSample(ctx context.Context) ([]queries.VerifyItem, error)
	Outcomes(ctx context.Context) ([]queries.VerifyOutcome, error)
	VerifyHistory(ctx context.Context, unit, form string) ([]queries.VerifyDay, error)
	// ReadUnit gives one unit with the courses of the fields named first, or queries.ErrNotFound.
	ReadUnit(ctx context.Context, code string, first [][2]string) (*queries.UnitPage, error)
	ReadForms(ctx context.Context) (map[string]queries.Form, error)
	DuplicateRun(ctx context.Context) (queries.DuplicateRun, error)
	FormOverlaps(ctx context.Context) ([]queries.FormOverlap, error)
	FieldMatches(ctx context.Context, a, b string) ([]queries.FieldMatch, error)
	ReadDifferences(ctx context.Context, a, b queries.Form, matches []queries.FieldMatch, since time.Time) ([]queries.Difference, error)
	DataItems(ctx context.Context) ([]queries.DataItem, error)
	PlanLines(ctx context.Context) ([]queries.PlanLine, error)
	PlanDecisions(ctx context.Context) ([]queries.PlanDecision, error)
	PlanProgress(ctx context.Context) ([]queries.PlanProgress, error)
	Synonyms(ctx context.Context) ([]queries.Synonym, error)
	ReadBurden(ctx context.Context, units []string) (*queries.BurdenPage, error)
	BurdenRows(ctx context.Context, q queries.BurdenQuery) ([]queries.BurdenRow, error)
	MeasureChanges(ctx context.Context) ([]queries.MeasureChange, error)
	RetirementCases(ctx context.Context) ([]queries.RetirementCase, error)
	RetirementSavings(ctx context.Context, cases []queries.RetirementCase) ([]queries.RetirementSaving, error)
	Cases(ctx context.Context) ([]queries.Case, error)
	// CaseFile gives the bytes of an attachment by its SHA-256, or queries.ErrNotFound.
	CaseFile(ctx context.Context, sum string) ([]byte, error)
	LastAnalysis(ctx context.Context) (queries.Analysis, error)
	EachFinding(ctx context.Context, q queries.FindingQuery, each func(queries.Finding) error) error
	EachSubmission(ctx context.Context, q queries.SubmissionQuery, each func(*queries.SentForm) error) error
	EachUsageSum(ctx context.Context, q queries.UsageQuery, each func(queries.UsageSum) error) error
	RecordProofs(ctx context.Context, q queries.ProofQuery) ([]queries.RecordProof, error)
}

// Writer keeps what people decide on the pages. *queries.Store is one.
type Writer interface {
	SaveSynonym(ctx context.Context, v queries.Synonym) error
	RemoveSynonym(ctx context.Context, v queries.Synonym) error
	// ChoosePlan decides on lines of the plan; queries.ErrNoSuchLine where one is not there any more.
	ChoosePlan(ctx context.Context, c queries.PlanChoice) ([]queries.PlanDecision, error)
	// Retire decides on the retirement of a system; what it refuses is a *queries.RetirementRefusal or queries.ErrStaleRetirement.
	Retire(ctx context.Context, c queries.RetirementCommand) ([]queries.RetirementEvent, error)
	// RecordOutcome keeps what a check of one form of one unit found.
	RecordOutcome(ctx context.Context, o queries.VerifyOutcome) error
	// OpenCase opens a case about findings, or about a form of a unit; what it refuses is a *queries.CaseRefusal.
	OpenCase(ctx context.Context, o queries.CaseOpening) (queries.Case, error)
	// ActOnCase does something with a case; what it refuses is a *queries.CaseRefusal or a *queries.StaleCase.
	ActOnCase(ctx context.Context, cmd queries.CaseCommand) (queries.CaseEvent, error)
	// SaveCaseFile keeps the bytes of an attachment; queries.ErrTooLarge where they are too many.
	SaveCaseFile(ctx context.Context, name string, content []byte) (queries.CaseFile, error)
}

// Detector is what the pages know about a detector. Main fills it from the analyzer's registry.
type Detector struct {
	ID, Family string
	Version    uint16
	Evidence   string             // family of evidence within fabrication, else empty
	Thresholds map[string]float64 // in force
}

// Source is a configured source, so that one that never ran is shown too.
type Source struct{ ID, Kind string }

// Options of the handler. Reader and Token are required.
type Options struct {
	Reader    Reader
	Writer    Writer // nil makes the pages read-only
	Detectors []Detector
	Sources   []Source
	Token     string         // opens the pages
	Trail     Trail          // nil records nothing; serve always gives one
	Audits    Audits         // nil shows auditors nothing
	Filters   Filters        // nil keeps no filters of lists
	Tokens    Tokens         // of the API; nil for none
	Outbox    *notify.Outbox // of notices; nil shows operators none
	// Principals says who the accounts are that tokens speak for; Accounts where nil.
	Principals Principals
	// Accounts are those of people, and who is signed in; nil for none.
	Accounts *account.Book
	// Link lets the token of serve in although there are accounts: for a machine of one person.
	Link bool
	// Provider is where people may sign in instead; nil for none.
	Provider *account.Provider
	// Address is that under which readers reach the pages, where it is not Listen. With https a proxy in front speaks TLS, and
	// cookies travel by it alone.
	Address *url.URL
	// Proxies are those whose word on a reader's address is believed (X-Forwarded-For).
	Proxies []netip.Prefix
	// Ready says whether requests can be served, for /readyz; nil is always ready.
	Ready        func(ctx context.Context) error
	MetricsToken string // opens /metrics to other machines; none where empty
	// Retirement is what the policy says of the retirement of systems.
	Retirement queries.RetirementPolicy
	// Silence is what the policy says of sources that bring nothing any more.
	Silence queries.Silence
	// Listen is the configured address (host:port). Its host and that of Address are accepted beside the loopback names.
	Listen string
	// Holiday says whether a day is a statutory holiday, and its name where that is known; nil marks none.
	Holiday func(day time.Time) (name string, off bool)
	// Language of readers whose browser asks for neither of ours; Chinese where empty.
	Language string
	// Records receives POST /api/v1/records from those who bear Token or RecordsToken; nil closes the door.
	Records      http.Handler
	RecordsToken string
	Bundle       *locale.Bundle   // loaded where nil
	Zone         *time.Location   // Asia/Shanghai where nil
	Clock        func() time.Time // time.Now where nil
	Log          zerolog.Logger
	// EvidenceKey signs packages of evidence; nil leaves them unsigned.
	EvidenceKey ed25519.PrivateKey
	// Program says in packages of evidence which program made them.
	Program evidence.Program
	// Refresh is how long pages reuse what they read before it is read anew; 15 seconds where zero, no reuse where negative.
	Refresh time.Duration
	// Version is another number after anything has changed that pages show, and 0 where that is not known; while it stays, readings
	// are reused for up to an hour. Nil where there is none.
	Version func(ctx context.Context) (uint64, error)
}

// NewToken makes an access token of 128 random bits.
func NewToken() string { return rand.Text() }

// noAccounts is the store of a handler without accounts.
type noAccounts struct{}

func (noAccounts) Accounts(context.Context) ([]queries.Account, error) { return nil, nil }

func (noAccounts) SaveAccount(context.Context, queries.Account) error {
	return errors.New("unable to keep an account: this service has none")
}

// server answers requests. It holds no state besides the cache.
type server struct {
	Options
	reads   *cache
	shared  shared
	printer *report.Printer // of reports
	started time.Time
	metrics *metrics
	rules   rules            // of the addresses
	assets  map[string]asset // by name
}

// New builds the handler of all pages.
func New(o Options) (http.Handler, error) {
	if len(o.Token) < 16 {
		return nil, errors.New("unable to serve pages with an access token of less than 16 characters")
	}
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	for _, r := range s.table() {
		if !r.rule.Declared() {
			return nil, fmt.Errorf("unable to serve %s: its rule lets nobody in", r.pattern)
		}
	}
	s.metrics = newMetrics(s)
	return s.harden(s.routes()), nil
}

// newServer fills in what options leave out.
func newServer(o Options) (*server, error) {
	if o.Reader == nil {
		return nil, errors.New("unable to serve pages without a reader")
	}
	if o.Bundle == nil {
		b, err := locale.Load()
		if err != nil {
			return nil, fmt.Errorf("unable to load the texts: %w", err)
		}
		o.Bundle = b
	}
	if !locale.Known(o.Language) {
		o.Language = locale.Chinese
	}
	if o.Zone == nil {
		// China has had one zone without summer time since 1991, so the data base of zones is not needed.
		o.Zone = time.FixedZone("CST", 8*3600)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Accounts == nil {
		o.Accounts = account.New(account.Options{Store: noAccounts{}, Clock: o.Clock})
	}
	if o.Principals == nil {
		o.Principals = o.Accounts
	}
	if o.Refresh == 0 {
		o.Refresh = 15 * time.Second
	}
	s := &server{Options: o, printer: report.NewPrinter(), reads: newCache(o.Refresh, o.Clock), started: o.Clock()}
	s.reads.version = o.Version
	s.rules = newRules(s.table())
	var err error
	if s.assets, err = assets(); err != nil {
		return nil, err
	}
	s.shared = shared{Reader: o.Reader, reads: s.reads}
	if o.Writer != nil {
		s.Writer = scopedWriter{Writer: o.Writer, shared: s.shared}
	}
	return s, nil
}
