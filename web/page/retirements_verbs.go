package page

import (
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// The verbs of the answer of an owner, and of whoever carries the plan out.
var (
	answerVerbs = []string{"accept", "dispute", "exempt"}
	stepVerbs   = []string{"announce", "freeze", "read-only", "archive", "off"}
)

// ruled are the verbs by which others than the owner decide on a retirement; notes and checks are for both.
var ruled = []string{"notify", "grant", "refuse", "reopen"}

// MayRetire says who takes which decision: the owner of a system answers and takes the steps, inspectors and leaders of the
// whole county decide on what the owner said.
func MayRetire(who *access.Principal, system, verb string) bool {
	rules := who.Is(access.Inspector, access.Leader) && who.Everywhere()
	if rules && (slices.Contains(ruled, verb) || verb == "note" || verb == "check") {
		return true
	}
	owns := who.Is(access.Owner) && (slices.Contains(who.Systems, access.Everything) || slices.Contains(who.Systems, system))
	return owns && !slices.Contains(ruled, verb)
}

// OwnerOnly says that somebody answers for systems and runs no process.
func OwnerOnly(who *access.Principal) bool {
	return who.Is(access.Owner) && !who.Is(access.Inspector, access.Leader)
}

// verbs are what whoever reads can do now.
func (p Retirement) verbs() []string {
	return slices.DeleteFunc(slices.Clone(p.Possible()), func(verb string) bool { return !MayRetire(p.Who, p.System, verb) })
}

// offered are the verbs of a list that are possible now.
func (p Retirement) offered(verbs ...string) []string {
	possible := p.verbs()
	return slices.DeleteFunc(slices.Clone(verbs), func(v string) bool { return !slices.Contains(possible, v) })
}

// inboxVerbs are what the owner who reads can do.
func (p Retirement) inboxVerbs() []string {
	return p.offered(append(slices.Clone(answerVerbs), stepVerbs...)...)
}

func (p Retirement) id(verb, name string) string { return "r" + p.Key + "-" + verb + "-" + name }

// fields tells which controls a verb has.
func fields(verb string) (basis, until, target bool) {
	switch verb {
	case "dispute", "refuse", "resume", "reopen", "check":
		basis = true
	case "exempt", "grant":
		basis, until = true, true
	case "accept":
		until = true
	}
	return basis, until, verb == "refuse"
}

// required says that a verb cannot do without a basis.
func (p Retirement) required(verb string) bool {
	switch verb {
	case "dispute", "exempt", "refuse", "resume", "reopen":
		return true
	case "grant":
		return p.State != queries.RetirementExemption
	}
	return false
}

// untilValue is the day that is proposed.
func (p Retirement) untilValue(verb string) string {
	if verb != "accept" {
		return ""
	}
	for _, s := range p.Plan {
		if s.Step == "off" && s.Planned.After(p.Today) {
			return s.Planned.Format(time.DateOnly)
		}
	}
	return ""
}

func (p Retirement) latest() string {
	return p.Today.AddDate(0, 0, p.Policy.MaxExemptDays).Format(time.DateOnly)
}

// files says that a verb may bring a document.
func files(verb string) bool { return verb == "dispute" || verb == "exempt" }

// refused says that a decision on this system was refused, and whether it was by this verb.
func (p Retirement) refused() bool { return p.Typed.System == p.System && p.Typed.Key != "" }

func (p Retirement) retried(verb string) bool { return p.refused() && p.Typed.Form.Get("verb") == verb }

// typed is what stands in a control: what was typed where the decision was refused, else what is proposed.
func (p Retirement) typed(verb, name, proposed string) string {
	if p.retried(verb) {
		return p.Typed.Form.Get(name)
	}
	return proposed
}

// wrong is the id of the text that says what is wrong with a control, empty where nothing is.
func (p Retirement) wrong(verb, name string) string {
	if p.retried(verb) && p.Typed.Field == name {
		return p.id(verb, name) + "-wrong"
	}
	return ""
}

// marks tie a control to the text that says what is wrong with it, and lead there at once.
func (p Retirement) marks(verb, name string) templ.Attributes {
	id := p.wrong(verb, name)
	if id == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id, "autofocus": true}
}

// encoding is how a form is sent that may bring a file.
func (p Retirement) encoding(verb string) templ.Attributes {
	if !files(verb) {
		return nil
	}
	return templ.Attributes{"enctype": "multipart/form-data"}
}

// offeredToOwner are the steps that the owner can take now, whoever reads.
func (p Retirement) offeredToOwner() []string {
	return slices.DeleteFunc(append(slices.Clone(answerVerbs), stepVerbs...), func(v string) bool { return !slices.Contains(p.Possible(), v) })
}

// why says in plain words why a decision was refused.
func (p Retirement) why() string {
	return p.T("retirement.unfit."+p.Typed.Key, "n", p.Policy.MaxExemptDays, "since", p.Date(p.RetirementCase.Since), "today", p.Date(p.Today))
}

// lost is what was typed for a decision that is no longer possible, so that nobody has to write it again.
func (p Retirement) lost() []string {
	if !p.refused() || slices.Contains(p.verbs(), p.Typed.Form.Get("verb")) {
		return nil
	}
	var out []string
	for _, name := range []string{"basis", "note"} {
		if text := p.Typed.Form.Get(name); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// answered is the last answer of the owner; nil where none was given since the suggestion was last put before it.
func (p Retirement) answered() *queries.RetirementEvent {
	for _, e := range slices.Backward(p.Events) {
		switch e.Kind {
		case queries.EventAccepted, queries.EventDisputed, queries.EventExemption:
			return &e
		case queries.EventNotified, queries.EventReopened, queries.EventOpened:
			return nil
		}
	}
	return nil
}

// progress says where the matter stands after the answer: what comes next, whose turn it is and by when.
func (p Retirement) progress() string {
	switch {
	case p.Step == "":
		return p.T("retirement.progress.none")
	case p.Step == "decide":
		return p.T("retirement.progress.decide", "due", p.Date(p.Due))
	case p.Step == "expire":
		return p.T("retirement.progress.expire", "due", p.Date(p.Due))
	}
	done, all := 0, 0
	for _, s := range p.Plan {
		if p.skipped(s.Step) {
			continue
		}
		all++
		if !s.Done.IsZero() {
			done++
		}
	}
	return p.T("retirement.progress.next", "step", p.T("retirement.stage."+p.Step), "due", p.Date(p.Due), "done", done, "all", all)
}
