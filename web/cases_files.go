package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
)

// besideFile is how much a posted form may hold beside the file: names of fields, a comment, boundaries.
const besideFile = 64 << 10

// acceptFile is accept for a form that brings a file.
func (s *server) acceptFile(action post) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Writer == nil {
			s.fault(w, r, http.StatusForbidden, "read_only", true, nil)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, queries.MostAttached+besideFile)
		err := r.ParseMultipartForm(queries.MostAttached + besideFile) // all in memory, so that nothing is left on a disk
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			s.fault(w, r, http.StatusRequestEntityTooLarge, "too_large_file", true, nil)
			return
		case err != nil:
			s.fault(w, r, http.StatusBadRequest, "form", true, nil)
			return
		}
		r.PostForm = url.Values(r.MultipartForm.Value)
		address, err := action(r)
		s.settle(w, r, address, err)
	})
}

// attachToCase keeps a file with a case.
func (s *server) attachToCase(r *http.Request) (string, error) {
	c, err := s.caseByID(r.Context(), r.PathValue("id"))
	if err != nil {
		return "", err
	}
	account, name, err := actor(r.Context(), r.PostForm)
	if err != nil {
		return "", err
	}
	if !slices.Contains(c.Possible(), "attach") {
		return "", refusal{http.StatusConflict, "case_not_possible"}
	}
	text, err := paragraph(r.PostForm, "text")
	if err != nil {
		return "", err
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		return "", refusal{http.StatusBadRequest, "case_no_file"}
	}
	content, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("unable to read what was sent: %w", err)
	}
	if len(content) == 0 {
		return "", refusal{http.StatusBadRequest, "case_no_file"}
	}
	kept, err := s.Writer.SaveCaseFile(r.Context(), head.Filename, content)
	switch {
	case errors.Is(err, queries.ErrTooLarge):
		return "", refusal{http.StatusRequestEntityTooLarge, "too_large_file"}
	case err != nil:
		return "", err
	}
	return s.act(r.Context(), queries.CaseCommand{Case: c.ID, Verb: "attach", Account: account, Name: name, Text: text, File: &kept, Now: s.Clock()})
}

// harmless are the types that a browser may be told; everything else is a row of bytes to it.
var harmless = []string{
	"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/zip",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// attachment hands out a file of a case to be saved, never to be shown in the page's place.
func (s *server) attachment(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	c, err := s.caseByID(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	files := c.Files()
	at := slices.IndexFunc(files, func(e queries.CaseEvent) bool { return e.File.SHA256 == r.PathValue("sum") })
	if at < 0 {
		return nil, queries.ErrNotFound
	}
	file := files[at].File
	content, err := s.reader(r.Context()).CaseFile(r.Context(), file.SHA256)
	if err != nil {
		return nil, err
	}
	kind := file.Type
	if !slices.Contains(harmless, kind) {
		kind = "application/octet-stream"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	if _, err := w.Write(content); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
	return nil, nil
}
