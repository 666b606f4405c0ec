package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/page"
)

// unfit is a decision on the retirement of a system that was refused for something that was typed, or not: the page shows it
// beside the control, with all else as it was typed.
type unfit struct {
	refusal
	field string // name of the control; empty where none of them is wrong
}

func (e unfit) Unwrap() error { return e.refusal }

// unfitFields are the controls that a refusal is about.
var unfitFields = map[string]string{
	"nobody": "by", "retire_nobody": "by", "retire_mention": "by", "retire_no_basis": "basis", "retire_unseen": "basis", "retire_no_until": "until",
	"retire_until_past": "until", "retire_until_long": "until", "retire_before": "effective", "retire_future": "effective", "retire_early": "effective",
	"retire_target": "to", "stale_case": "", "retire_not_possible": "",
}

// unfitted is an error with the control that it is about, where it is about what was typed.
func unfitted(err error, field string) error {
	var wrong refusal
	if !errors.As(err, &wrong) {
		return err
	}
	if at, known := unfitFields[wrong.key]; known {
		return unfit{wrong, at}
	}
	if field != "" && (wrong.key == "too_long" || wrong.key == "day") {
		return unfit{wrong, field}
	}
	return err
}

// retire keeps what a person decides about the retirement of a system, on the state that he saw.
func (s *server) retire(r *http.Request) (string, error) {
	cmd, err := s.retirementCommand(r)
	if err != nil {
		return "", err
	}
	if err := s.evidenceOf(r, &cmd); err != nil {
		return "", err
	}
	_, err = s.Writer.Retire(r.Context(), cmd)
	s.reads.drop(readRetirements, readSavings)
	if err != nil {
		return "", unfitted(retirementRefusal(err), "")
	}
	if r.PostForm.Get("back") == "inbox" {
		names, err := s.names(r.Context())
		if err != nil {
			return "", err
		}
		return "/inbox?" + url.Values{"owner": {names.Owners[cmd.System]}, "saved": {cmd.Verb}, "system": {cmd.System}}.Encode() + "#decided", nil
	}
	return page.RetirementPath(cmd.System) + "?saved=" + url.QueryEscape(cmd.Verb) + "#decided", nil
}

// retirementRefusal is what the rules of the process refuse, as an answer.
func retirementRefusal(err error) error {
	var no *queries.RetirementRefusal
	switch {
	case errors.Is(err, queries.ErrStaleRetirement):
		return refusal{http.StatusConflict, "stale_case"}
	case errors.As(err, &no) && no.Code == queries.RefusedState:
		return refusal{http.StatusConflict, "retire_" + no.Code}
	case errors.As(err, &no):
		return refusal{http.StatusBadRequest, "retire_" + no.Code}
	}
	return err
}

// retirementCommand is what a person sent.
func (s *server) retirementCommand(r *http.Request) (queries.RetirementCommand, error) {
	form := r.PostForm
	cmd := queries.RetirementCommand{System: r.PathValue("id"), Verb: form.Get("verb"), To: form.Get("to"), Now: s.Clock(), Today: s.today(), Policy: s.Retirement}
	if !slices.Contains(queries.RetirementVerbs(), cmd.Verb) {
		return cmd, refusal{http.StatusBadRequest, "form"}
	}
	if err := s.mayRetire(r, cmd.System, cmd.Verb); err != nil {
		return cmd, err
	}
	// The number of the newest event that the person saw makes sure that he decided on what is there.
	last, err := strconv.ParseUint(form.Get("last"), 10, 32)
	if err != nil || last == 0 {
		return cmd, refusal{http.StatusBadRequest, "form"}
	}
	cmd.Last = uint32(last)
	if _, cmd.By, err = actor(r.Context(), form); err != nil {
		return cmd, unfitted(err, "by")
	}
	if cmd.Effective, err = s.day(form, "effective"); err != nil {
		return cmd, unfitted(err, "effective")
	}
	if cmd.Until, err = s.day(form, "until"); err != nil {
		return cmd, unfitted(err, "until")
	}
	if cmd.Basis, err = line(form, "basis", longestNote); err != nil {
		return cmd, unfitted(err, "basis")
	}
	cmd.Note, err = line(form, "note", longestNote)
	return cmd, unfitted(err, "note")
}

// evidenceOf stores the file that came with a decision, once it is plain that the decision can be taken: what is refused leaves
// nothing behind.
func (s *server) evidenceOf(r *http.Request, cmd *queries.RetirementCommand) error {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		return nil
	}
	all, err := s.reader(r.Context()).RetirementCases(r.Context())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(c queries.RetirementCase) bool { return c.System == cmd.System })
	if at < 0 {
		return queries.ErrNotFound
	}
	if _, err := all[at].Decide(*cmd, all[at].Assessment, nil); err != nil {
		return unfitted(retirementRefusal(err), "")
	}
	cmd.File, err = s.keepFile(r)
	return err
}

// mayRetire refuses a decision on a system that whoever asks may not see, or that is not theirs to take.
func (s *server) mayRetire(r *http.Request, system, verb string) error {
	all, err := s.reader(r.Context()).RetirementCases(r.Context())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(c queries.RetirementCase) bool { return c.System == system }) {
		return queries.ErrNotFound
	}
	if !page.MayRetire(access.Of(r.Context()), system, verb) {
		return refused
	}
	return nil
}

// day is a date that was typed, zero where the control was left empty.
func (s *server) day(form url.Values, name string) (time.Time, error) {
	text := strings.TrimSpace(form.Get(name))
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 2000 || day.After(s.today().AddDate(20, 0, 0)) {
		return time.Time{}, refusal{http.StatusBadRequest, "day"}
	}
	return day, nil
}

// showUnfit shows the page from which a decision came, with what is wrong beside the control and all else as it was typed.
func (s *server) showUnfit(w http.ResponseWriter, r *http.Request, e unfit) {
	typed := page.Typed{System: r.PathValue("id"), Form: r.PostForm, Field: e.field, Key: e.key, Files: r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0}
	if r.PostForm.Get("back") != "inbox" {
		p, err := s.retirementPage(w, r)
		if err != nil {
			s.answer(failing(err)).ServeHTTP(w, r)
			return
		}
		p.Typed = typed
		s.write(w, r, e.code, p.Page())
		return
	}
	p, err := s.inboxPage(w, r, typed.System)
	if err != nil {
		s.answer(failing(err)).ServeHTTP(w, r)
		return
	}
	p.Fill(typed)
	s.write(w, r, e.code, p.Page())
}
