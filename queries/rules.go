package queries

import (
	"context"
	"time"
)

// PageUse counts what people did on one page of a system.
type PageUse struct {
	System, Page string // path template
	Events       uint64
}

// PagesInUse reads the pages that people used in systems, each over its own span, by system and page.
func (s *Store) PagesInUse(ctx context.Context, of []Span) ([]PageUse, error) {
	if len(of) == 0 {
		return nil, nil
	}
	var out []PageUse
	err := s.Each(ctx, "rules.Pages", spans(of), func(scan func(...any) error) error {
		var p PageUse
		err := scan(&p.System, &p.Page, &p.Events)
		out = append(out, p)
		return err
	})
	return out, err
}

// TopicPage says that a page of a system is about a topic.
type TopicPage struct{ System, Page, Topic string }

// TopicUse is who used the pages of a topic. The empty topic stands for all pages.
type TopicUse struct {
	System, Topic                string
	Events, People, Units, Days  uint64 // people and units that are known
	VillageEvents, VillagePeople uint64 // of them those of units in the list given
}

// TopicUses reads the use of pages by topic, and of all pages under the empty topic, of systems each over its own span. Below
// lists the units whose use is counted apart.
func (s *Store) TopicUses(ctx context.Context, of []Span, pages []TopicPage, below []string) ([]TopicUse, error) {
	if len(of) == 0 {
		return nil, nil
	}
	params := spans(of)
	params["page_systems"] = column(pages, func(p TopicPage) string { return p.System })
	params["pages"] = column(pages, func(p TopicPage) string { return p.Page })
	params["topics"] = column(pages, func(p TopicPage) string { return p.Topic })
	params["below"] = orEmpty(below)
	var out []TopicUse
	err := s.Each(ctx, "rules.Topics", params, func(scan func(...any) error) error {
		var t TopicUse
		err := scan(&t.System, &t.Topic, &t.Events, &t.People, &t.Units, &t.Days, &t.VillageEvents, &t.VillagePeople)
		out = append(out, t)
		return err
	})
	return out, err
}

// AnswerCount says how many of a form's submissions answer a field.
type AnswerCount struct {
	Form, Field        string
	Answered, Distinct uint64 // distinct answers, estimated
}

// AnswerCounts reads how often the fields (pairs of form and field) were answered in periods that start within [from, to].
func (s *Store) AnswerCounts(ctx context.Context, fields [][2]string, from, to time.Time) ([]AnswerCount, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	params := days(from, to)
	params["forms"] = column(fields, func(f [2]string) string { return f[0] })
	params["fields"] = column(fields, func(f [2]string) string { return f[1] })
	var out []AnswerCount
	err := s.Each(ctx, "rules.Answered", params, func(scan func(...any) error) error {
		var a AnswerCount
		err := scan(&a.Form, &a.Field, &a.Answered, &a.Distinct)
		out = append(out, a)
		return err
	})
	return out, err
}

// FormPeriods counts the different periods of a form's submissions.
type FormPeriods struct {
	Form                 string
	Year                 uint16 // of the periods
	Periods, Submissions uint64
	Units                uint64
}

// FormPeriods reads how many periods each of the forms was handed in for, by form and calendar year.
func (s *Store) FormPeriods(ctx context.Context, forms []string, from, to time.Time) ([]FormPeriods, error) {
	if len(forms) == 0 {
		return nil, nil
	}
	params := days(from, to)
	params["forms"] = forms
	var out []FormPeriods
	err := s.Each(ctx, "rules.Periods", params, func(scan func(...any) error) error {
		var p FormPeriods
		err := scan(&p.Form, &p.Year, &p.Periods, &p.Submissions, &p.Units)
		out = append(out, p)
		return err
	})
	return out, err
}

// FormReads says who reads what is handed in with a form. Submitters are the people who wrote into the form's system.
type FormReads struct {
	System, Form string // the empty form: events that name none
	Writes       uint64
	ByOthers     uint64 // reads, exports, approvals and interface calls by people who wrote nothing into the system
	ByUnknown    uint64 // the same by nobody known, interface calls of machines among them
}

// FormReads reads who reads the forms of systems, over the days [from, to].
func (s *Store) FormReads(ctx context.Context, systems []string, from, to time.Time) ([]FormReads, error) {
	if len(systems) == 0 {
		return nil, nil
	}
	params := days(from, to)
	params["systems"] = systems
	var out []FormReads
	err := s.Each(ctx, "rules.FormReads", params, func(scan func(...any) error) error {
		var r FormReads
		err := scan(&r.System, &r.Form, &r.Writes, &r.ByOthers, &r.ByUnknown)
		out = append(out, r)
		return err
	})
	return out, err
}

// Refusals is a field of a form, file or table that brought biometric values, none of which were stored. The same value that
// arrives again is not reported again: how many values came is not known.
type Refusals struct {
	Source, Origin, Field string
	Times, Days           uint64 // reports and different days with one, by the day of arrival
	First, Last           time.Time
}

// Refusals reads what biometric data was refused. Files that were refused as a whole are no part of it.
func (s *Store) Refusals(ctx context.Context) ([]Refusals, error) {
	var out []Refusals
	err := s.Each(ctx, "rules.Refused", nil, func(scan func(...any) error) error {
		var r Refusals
		err := scan(&r.Source, &r.Origin, &r.Field, &r.Times, &r.Days, &r.First, &r.Last)
		out = append(out, r)
		return err
	})
	return out, err
}
