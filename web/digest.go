package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/notify"
	"github.com/jianfu/jianfu/web/page"
)

// Digests say in a few lines what waits for somebody, from what the same principal reads on the pages. They hold counts and names of
// systems, and nothing about people or about what a unit reported.
type Digests struct{ s *server }

// NewDigests makes them by the options of the pages; Address or Listen is where their lines lead to.
func NewDigests(o Options) (*Digests, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	if s.Address == nil {
		s.Address = &url.URL{Scheme: "http", Host: s.Listen}
	}
	return &Digests{s}, nil
}

// mostNamed is how many systems a digest names; the rest is a number.
const mostNamed = 10

// digest gathers the lines of one reader.
type digest struct {
	*server
	component.View
	who   *access.Principal
	lines []notify.Line
}

// add puts a line that leads to a page the reader may open.
func (d *digest) add(path, key string, pairs ...any) {
	d.lines = append(d.lines, notify.Line{Text: d.T("notify.line."+key, pairs...), Address: d.link(path)})
}

func (d *digest) link(path string) string {
	if !d.May(path) {
		return ""
	}
	u := *d.Address
	u.Path = path
	return u.String()
}

// Of is the digest of a principal. It urges nothing where nothing waits.
func (x *Digests) Of(ctx context.Context, who *access.Principal, lang string) (notify.Message, error) {
	if !locale.Known(lang) {
		lang = x.s.Language
	}
	ctx = access.With(ctx, who)
	names, err := x.s.names(ctx)
	if err != nil {
		return notify.Message{}, err
	}
	d := &digest{server: x.s, who: who, View: component.View{
		Lang: lang, Bundle: x.s.Bundle, Names: names.Name, Now: x.s.Clock(), Zone: x.s.Zone, Place: names.Place, Who: who,
		May: func(address string) bool { return x.s.rules.may(who, address) },
	}}
	for _, part := range []struct {
		role access.Role
		tell func(context.Context) error
	}{{access.Inspector, d.inspector}, {access.Leader, d.leader}, {access.Owner, d.owner}, {access.Operator, d.operator}, {access.Auditor, d.auditor}} {
		if who.Is(part.role) {
			if err := part.tell(ctx); err != nil {
				return notify.Message{}, err
			}
		}
	}
	count := 0
	for _, l := range d.lines {
		if !l.Aside {
			count++
		}
	}
	return notify.Message{Subject: d.T("notify.subject", "n", count, "place", d.Place), Lines: d.lines, Footer: d.T("notify.footer")}, nil
}

// inspector tells what is to be verified and which cases wait.
func (d *digest) inspector(ctx context.Context) error {
	list, err := d.reader(ctx).ReadVerifyList(ctx)
	if err != nil {
		return err
	}
	cases, err := d.reader(ctx).Cases(ctx)
	if err != nil {
		return err
	}
	followed := map[[2]string]bool{}
	mine, late := 0, 0
	for _, c := range cases {
		for _, unit := range c.Units {
			for _, form := range c.Forms {
				followed[[2]string{unit, form}] = true
			}
		}
		if c.Active() && c.Assignee == d.who.Account {
			mine++
			if !c.Due.IsZero() && c.Due.Before(d.today()) {
				late++
			}
		}
	}
	fresh := 0
	for _, v := range list {
		if v.Recommended && !followed[[2]string{v.Unit, v.Form}] {
			fresh++
		}
	}
	if fresh > 0 {
		d.add("/verify", "verify", "n", fresh)
	}
	if mine > 0 {
		d.add("/cases", "cases", "n", mine, "late", late)
	}
	return nil
}

// leader tells which answers are late, and beside it the hours.
func (d *digest) leader(ctx context.Context) error {
	all, err := d.retirementCases(ctx)
	if err != nil {
		return err
	}
	waits, late := 0, 0
	for _, c := range all {
		if page.Waits(c) {
			waits++
		}
		if c.Late(d.today()) {
			late++
		}
	}
	if late > 0 {
		d.add("/retirements", "late", "n", late, "all", waits)
	} else if waits > 0 {
		d.add("/retirements", "waits", "n", waits)
	}
	seen, err := d.reader(ctx).ReadOverview(ctx)
	if err != nil {
		return err
	}
	if seen.Hours > 0 {
		d.add("/", "hours", "hours", locale.Fixed(seen.Hours, 1), "low", locale.Fixed(seen.Low, 1), "high", locale.Fixed(seen.High, 1))
		d.lines[len(d.lines)-1].Aside = true
	}
	return nil
}

// owner names the systems on which an answer or a step is due.
func (d *digest) owner(ctx context.Context) error {
	all, err := d.retirementCases(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(c queries.RetirementCase) bool {
		return !page.Waits(c) || !scoped{Reader: d.shared, who: d.who}.owns(c.System)
	})
	for i, c := range all {
		path := "/retirements/" + url.PathEscape(c.System)
		switch {
		case i >= mostNamed:
			d.add("/inbox", "more_systems", "n", len(all)-mostNamed)
			return nil
		case c.Due.IsZero():
			d.add(path, "system", "system", c.System)
		case c.Late(d.today()):
			d.add(path, "system_late", "system", c.System, "due", d.Date(c.Due))
		default:
			d.add(path, "system_due", "system", c.System, "due", d.Date(c.Due))
		}
	}
	return nil
}

// operator tells which sources fail and what is in quarantine.
func (d *digest) operator(ctx context.Context) error {
	all, err := d.reader(ctx).ReadSources(ctx)
	if err != nil {
		return err
	}
	var quarantined uint64
	for _, one := range all {
		if one.Error != "" {
			d.add("/sources", "source", "source", strconv.Quote(one.ID))
		}
		quarantined += one.Quarantined
	}
	if quarantined > 0 {
		d.add("/sources", "quarantine", "n", quarantined)
	}
	return nil
}

// auditor tells that the newest verification of the trail found a fault.
func (d *digest) auditor(ctx context.Context) error {
	if d.Audits == nil {
		return nil
	}
	newest := map[string]uint64{}
	for _, action := range []string{queries.AuditSound, queries.AuditFaulty} {
		last, err := d.Audits.AuditEntries(ctx, queries.AuditQuery{Account: "clock", Action: action, Limit: 1})
		if err != nil {
			return err
		}
		if len(last.Rows) > 0 {
			newest[action] = last.Rows[0].Seq
		}
	}
	if newest[queries.AuditFaulty] > newest[queries.AuditSound] {
		d.add("/audit", "trail")
	}
	return nil
}

// TestNotice is the text by which somebody sees that a channel is set up.
func TestNotice(lang string) (string, error) {
	b, err := locale.Load()
	if err != nil {
		return "", fmt.Errorf("unable to load the texts: %w", err)
	}
	return component.View{Lang: lang, Bundle: b}.T("notify.test"), nil
}
