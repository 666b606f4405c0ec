package web

import (
	"bytes"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/letter"
	"github.com/jianfu/jianfu/web/page"
)

// suggestionLetter writes the letter about a system, or letter.ErrNoLetter.
func (s *server) suggestionLetter(w http.ResponseWriter, r *http.Request) (component.View, *letter.Data, *letter.Letter, error) {
	v, _, err := s.view(w, r, "systems")
	if err != nil {
		return v, nil, nil, err
	}
	data, err := letter.Read(r.Context(), s.reader(r.Context()), r.PathValue("id"))
	if err != nil {
		return v, nil, nil, err
	}
	l, err := letter.New(v, data)
	return v, data, l, err
}

// letter shows the letter as it will be sent, or why there is none.
func (s *server) letter(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, data, l, err := s.suggestionLetter(w, r)
	switch {
	case errors.Is(err, letter.ErrNoLetter):
		return page.NoLetter{View: v, SystemRow: data.System.SystemRow}.Page(), nil
	case err != nil:
		return nil, err
	}
	return letter.Page(v, l, r.PathValue("id")), nil
}

// letterDocx sends the letter as a document, and those who ask for one that is not there to the page that says why.
func (s *server) letterDocx(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	id := r.PathValue("id")
	_, _, l, err := s.suggestionLetter(w, r)
	if errors.Is(err, letter.ErrNoLetter) {
		http.Redirect(w, r, page.SystemPath(id)+"/letter", http.StatusSeeOther)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if err := letter.Docx(&body, l); err != nil {
		return nil, err
	}
	plain := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_' {
			return c
		}
		return '_'
	}, id)
	s.download(w, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "jianfu-letter-"+plain+".docx", l.Title+".docx", body.Bytes())
	return nil, nil
}
