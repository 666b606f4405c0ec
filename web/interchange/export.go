package interchange

import (
	"math"
	"strconv"

	"github.com/jianfu/jianfu/queries"
)

// UsageDay is what was done in a system on one day.
type UsageDay struct {
	System  string `json:"system"`
	Day     string `json:"day"`
	Action  string `json:"action"`
	Traffic string `json:"traffic"`
	Events  uint64 `json:"events"`
	Failed  uint64 `json:"failed"`
	People  uint64 `json:"people"` // distinct
	Units   uint64 `json:"units"`  // distinct
	Last    string `json:"last"`
}

// UsageDayOf writes a day of usage.
func UsageDayOf(d queries.UsageSum) UsageDay {
	return UsageDay{d.System, Date(d.Day), d.Action, d.Traffic, d.Events, d.Failed, d.People, d.Units, Moment(d.Last)}
}

// UsageHeader names the cells of a day of usage.
var UsageHeader = []string{"system", "day", "action", "traffic", "events", "failed", "people", "units", "last"}

// Cells is the day as a line of a spreadsheet, under UsageHeader.
func (d UsageDay) Cells() []any {
	return []any{Neutral(d.System), d.Day, d.Action, d.Traffic, d.Events, d.Failed, d.People, d.Units, d.Last}
}

// Submission is a stored submission with the keys of docs/interchange.md. Reporter and subject are pseudonyms; free text,
// places and pictures are not in it, because they may name people.
type Submission struct {
	Type        string         `json:"type"`
	Form        string         `json:"form"`
	Unit        string         `json:"unit"`
	Period      string         `json:"period"`
	SubmittedAt string         `json:"submitted_at"`
	StartedAt   string         `json:"started_at,omitempty"`
	Reporter    string         `json:"reporter,omitempty"`
	Channel     string         `json:"channel,omitempty"`
	Subject     string         `json:"subject,omitempty"`
	Values      map[string]any `json:"values"`
	columns     []queries.Field
}

// Told are the fields of a form whose values an export may tell: all but free text, places and pictures. Of fields that
// nobody gave a type it tells numbers.
func Told(form queries.Form) []queries.Field {
	var out []queries.Field
	for _, f := range form.Fields {
		switch f.Type {
		case "text", "geo", "photo", "biometric":
		default:
			out = append(out, f)
		}
	}
	return out
}

// SubmissionOf writes a submission with the values of the fields told. Values of the types id and phone are pseudonyms since
// they arrived.
func SubmissionOf(form string, told []queries.Field, x *queries.SentForm) Submission {
	out := Submission{
		Type: "submission", Form: form, Unit: x.Unit, Period: x.Period, SubmittedAt: Moment(x.SubmittedAt), Reporter: pseudonym(x.Reporter), Channel: x.Channel,
		Subject: pseudonym(x.Subject), Values: make(map[string]any, len(told)), columns: told,
	}
	if x.StartedAt.Unix() > 0 {
		out.StartedAt = Moment(x.StartedAt)
	}
	may, typed := make(map[string]bool, len(told)), make(map[string]bool, len(told))
	for _, f := range told {
		may[f.ID], typed[f.ID] = true, f.Type != ""
	}
	for i, field := range x.Fields {
		switch {
		case !may[field]:
		case !math.IsNaN(x.Numbers[i]) && !math.IsInf(x.Numbers[i], 0):
			out.Values[field] = x.Numbers[i]
		case x.Texts[i] != "" && typed[field]:
			out.Values[field] = x.Texts[i]
		}
	}
	return out
}

// pseudonym writes a keyed hash, empty for nobody.
func pseudonym(hash uint64) string {
	if hash == 0 {
		return ""
	}
	return strconv.FormatUint(hash, 16)
}

// SubmissionHeader names the cells of a submission of a form.
func SubmissionHeader(told []queries.Field) []string {
	out := []string{"form", "unit", "period", "submitted_at", "started_at", "reporter", "channel", "subject"}
	for _, f := range told {
		out = append(out, Neutral(f.ID))
	}
	return out
}

// Cells is the submission as a line of a spreadsheet, under SubmissionHeader.
func (s Submission) Cells() []any {
	out := []any{Neutral(s.Form), Neutral(s.Unit), s.Period, s.SubmittedAt, s.StartedAt, s.Reporter, Neutral(s.Channel), s.Subject}
	for _, f := range s.columns {
		switch v := s.Values[f.ID].(type) {
		case string:
			out = append(out, Neutral(v))
		case nil:
			out = append(out, "")
		default:
			out = append(out, v)
		}
	}
	return out
}
