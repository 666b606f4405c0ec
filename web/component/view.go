// Package component holds the parts that pages are made of: the frame, tags, tables, figures, and the words around them.
package component

import (
	"net/url"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/locale"
)

// View is what every page knows about its reader and its request.
type View struct {
	Lang    string
	Bundle  *locale.Bundle
	Names   func(kind, id string) string
	Path    string
	Query   url.Values
	Now     time.Time
	Zone    *time.Location
	Place   string                    // the county, city or town that is audited
	Section string                    // of the navigation
	Sort    string                    // the order of a list where the address names none
	Home    bool                      // whether the page stands inside the site, with its navigation
	Who     *access.Principal         // who reads; nil for a stranger
	serial  *int                      // numbers the figures of a page
	Saved   []Saved                   // filters of this list that the reader keeps
	CanSave bool                      // whether filters of this list can be kept
	May     func(address string) bool // whether the reader may open a page of this site
}

// Numbered gives a view its own count of figures. A page calls it once.
func (v View) Numbered() View {
	v.serial = new(int)
	return v
}

// nextID is unique within the page.
func (v View) nextID(prefix string) string {
	if v.serial == nil {
		return prefix
	}
	*v.serial++
	return prefix + strconv.Itoa(*v.serial)
}

// T is a text of the interface; parameters follow in pairs of name and value. Ids among them show their names.
func (v View) T(key string, pairs ...any) string {
	m := queries.Message{Key: key, Params: make(map[string]any, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			m.Params[name] = pairs[i+1]
		}
	}
	return v.M(m)
}

// M is a message of a finding.
func (v View) M(m queries.Message) string { return v.Bundle.Render(v.Lang, m, v.Names) }

// Cell is a cell of a table of evidence.
func (v View) Cell(column string, value any) string {
	return v.Bundle.Cell(v.Lang, column, value, v.Names)
}

// Has says whether a text exists.
func (v View) Has(key string) bool { return v.Bundle.Has(v.Lang, key) }

// Known is the text of a key, or the fallback where there is none.
func (v View) Known(key, fallback string) string {
	if v.Has(key) {
		return v.T(key)
	}
	return fallback
}

// Name is what a thing is called, or its id.
func (v View) Name(kind, id string) string {
	if v.Names != nil {
		if name := v.Names(kind, id); name != "" {
			return name
		}
	}
	return id
}

// Int writes a count.
func (v View) Int(n uint64) string { return locale.Number(float64(n)) }

// Num writes a number with as many digits as carry meaning.
func (v View) Num(x float64) string { return locale.Number(x) }

// Fixed writes a number with a fixed count of decimals.
func (v View) Fixed(x float64, decimals int) string { return locale.Fixed(x, decimals) }

// Maybe writes a number that a method may not give.
func (v View) Maybe(x *float64) string {
	if x == nil {
		return locale.Absent
	}
	return locale.Number(*x)
}

// Probability writes a p or q value that a method may not give.
func (v View) Probability(x *float64) string {
	if x == nil {
		return locale.Absent
	}
	return locale.Probability(*x)
}

// Date writes a day of the calendar, which has no time zone.
func (v View) Date(t time.Time) string {
	if t.IsZero() || t.Unix() <= 0 {
		return locale.Absent
	}
	return t.Format("2006-01-02")
}

// Moment writes a point in time in the reader's zone.
func (v View) Moment(t time.Time) string {
	if t.IsZero() || t.Unix() <= 0 {
		return locale.Absent
	}
	if v.Zone != nil {
		t = t.In(v.Zone)
	}
	return t.Format("2006-01-02 15:04")
}

// Since says in words how long ago something was.
func (v View) Since(t time.Time) string {
	if t.IsZero() || t.Unix() <= 0 {
		return v.T("time.never")
	}
	switch d := v.Now.Sub(t); {
	case d < 2*time.Minute:
		return v.T("time.now")
	case d < 2*time.Hour:
		return v.T("time.minutes", "n", int(d.Minutes()))
	case d < 48*time.Hour:
		return v.T("time.hours", "n", int(d.Hours()))
	default:
		return v.T("time.days", "n", int(d.Hours()/24))
	}
}

// With is the address of this page with parameters replaced: name, value, name, value. An empty value removes one.
func (v View) With(pairs ...string) string { return Address(v.Path, v.Query, pairs...) }

// Address builds an address from a path, its parameters and replacements.
func Address(path string, query url.Values, pairs ...string) string {
	out := url.Values{}
	for name, values := range query {
		out[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			out.Del(pairs[i])
		} else {
			out.Set(pairs[i], pairs[i+1])
		}
	}
	if len(out) == 0 {
		return path
	}
	return path + "?" + out.Encode()
}

// OtherLang is the language that the switch offers.
func (v View) OtherLang() string {
	if v.Lang == locale.Chinese {
		return locale.English
	}
	return locale.Chinese
}
