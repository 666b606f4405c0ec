package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jianfu/jianfu/web/access"
)

// mostPosted bounds the body of a decision: a step of the plan names its lines, of which there may be hundreds.
const mostPosted = 256 << 10

// post takes a decision of a person and gives the address that shows it.
type post func(r *http.Request) (address string, err error)

// refusal says what is wrong with what a person sent, by the key of a text under fault.
type refusal struct {
	code int
	key  string
}

func (e refusal) Error() string { return "refused: " + e.key }

// sameSite refuses what another site makes the browser of a reader send.
func (s *server) sameSite(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fault(w, r, http.StatusForbidden, "cross_site", true, nil)
	}))
	return protection.Handler(next)
}

// posted reads a form of at most so many bytes, or says what is wrong with it.
func posted(w http.ResponseWriter, r *http.Request, most int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refusal{http.StatusRequestEntityTooLarge, "too_large"}
	case err != nil:
		return refusal{http.StatusBadRequest, "form"}
	}
	return nil
}

// accept reads a form, lets an action keep what it says, and leads to the page that shows it, so that a reload sends
// nothing twice.
func (s *server) accept(action post) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Writer == nil {
			s.fault(w, r, http.StatusForbidden, "read_only", true, nil)
			return
		}
		address, err := "", posted(w, r, mostPosted)
		if err == nil {
			address, err = action(r)
		}
		s.settle(w, r, address, err)
	})
}

// settle answers what a person sent: with the page that shows it, or with what is wrong.
func (s *server) settle(w http.ResponseWriter, r *http.Request, address string, err error) {
	var wrong refusal
	var late conflict
	var blank unfit
	switch {
	case err == nil:
		http.Redirect(w, r, address, http.StatusSeeOther)
	case errors.As(err, &late):
		s.showConflict(w, late)
	case errors.As(err, &blank):
		s.showUnfit(w, r, blank)
	case errors.As(err, &wrong):
		s.fault(w, r, wrong.code, wrong.key, true, nil)
	default:
		s.answer(failing(err)).ServeHTTP(w, r)
	}
}

// line is one line of text that a person typed, without what does not show. It is refused where it is longer than most
// characters.
func line(form url.Values, name string, most int) (string, error) {
	text := form.Get(name)
	if !utf8.ValidString(text) {
		return "", refusal{http.StatusBadRequest, "form"}
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if utf8.RuneCountInString(text) > most {
		return "", refusal{http.StatusBadRequest, "too_long"}
	}
	return text, nil
}

const (
	longestName = 60
	longestNote = 500
)

// actor is who does something: the account that is signed in, or, at a machine without accounts, the name that was typed.
func actor(ctx context.Context, form url.Values) (account, name string, err error) {
	who := access.Of(ctx)
	switch {
	case who == nil:
		return "", "", refusal{http.StatusForbidden, "forbidden"}
	case !who.Local():
		return who.Account, cmp.Or(who.Name, who.Account), nil
	}
	if name, err = line(form, "by", longestName); err != nil {
		return "", "", err
	}
	if name == "" {
		return "", "", refusal{http.StatusBadRequest, "nobody"}
	}
	return who.Account, name, nil
}

// signed is who decided, and why.
func signed(ctx context.Context, form url.Values) (by, note string, err error) {
	if _, by, err = actor(ctx, form); err != nil {
		return "", "", err
	}
	note, err = line(form, "note", longestNote)
	return by, note, err
}
