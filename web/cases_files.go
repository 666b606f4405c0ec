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

// acceptEither is accept for a form that may bring a file.
func (s *server) acceptEither(action post) http.Handler {
	plain, file := s.accept(action), s.acceptFile(action)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
			file.ServeHTTP(w, r)
			return
		}
		plain.ServeHTTP(w, r)
	})
}

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
	kept, err := s.keepFile(r)
	switch {
	case err != nil:
		return "", err
	case kept == nil:
		return "", refusal{http.StatusBadRequest, "case_no_file"}
	}
	return s.act(r.Context(), queries.CaseCommand{Case: c.ID, Verb: "attach", Account: account, Name: name, Text: text, File: kept, Now: s.Clock()})
}

// keepFile stores the file of a form; nil where none was chosen, or an empty one.
func (s *server) keepFile(r *http.Request) (*queries.CaseFile, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		return nil, nil
	}
	head := r.MultipartForm.File["file"][0]
	file, err := head.Open()
	if err != nil {
		return nil, fmt.Errorf("unable to read what was sent: %w", err)
	}
	content, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("unable to read what was sent: %w", err)
	}
	if len(content) == 0 {
		return nil, nil
	}
	kept, err := s.Writer.SaveCaseFile(r.Context(), head.Filename, content)
	if errors.Is(err, queries.ErrTooLarge) {
		err = refusal{http.StatusRequestEntityTooLarge, "too_large_file"}
	}
	return &kept, err
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
	return nil, s.handOut(w, r, *file)
}

// retirementFile hands out what was handed in about a system.
func (s *server) retirementFile(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	all, err := s.reader(r.Context()).RetirementCases(r.Context())
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if file := c.File(r.PathValue("sum")); c.System == r.PathValue("id") && file != nil {
			return nil, s.handOut(w, r, *file)
		}
	}
	return nil, queries.ErrNotFound
}

// handOut sends the bytes of a file under its name.
func (s *server) handOut(w http.ResponseWriter, r *http.Request, file queries.CaseFile) error {
	content, err := s.reader(r.Context()).CaseFile(r.Context(), file.SHA256)
	if err != nil {
		return err
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
	return nil
}
