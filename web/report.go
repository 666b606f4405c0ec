package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/evidence"
	"github.com/jianfu/jianfu/web/report"
)

// reportData is what a report of the scope of a request says to whoever asks. ok is false where the scope made no sense and the
// answer has been given.
func (s *server) reportData(w http.ResponseWriter, r *http.Request) (d *report.Data, o report.Options, ok bool, err error) {
	o = report.Options{Bundle: s.Bundle, Language: s.language(w, r), Zone: s.Zone, Now: s.Clock()}
	scope, err := report.ParseScope(r.URL.Query().Get)
	if errors.Is(err, report.ErrScope) {
		s.fault(w, r, http.StatusBadRequest, "scope", true, nil)
		return nil, o, false, nil
	}
	if err != nil {
		return nil, o, false, err
	}
	if d, err = report.Read(r.Context(), s.reader(r.Context()), scope); err != nil {
		return nil, o, false, err
	}
	if !access.Of(r.Context()).Is(access.Inspector) {
		d.WithoutIndividuals()
	}
	return d, o, true, nil
}

// report shows the report of a scope. Its one style element is allowed by its hash.
func (s *server) report(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	data, options, ok, err := s.reportData(w, r)
	if !ok || err != nil {
		return nil, err
	}
	style, err := report.Style(data, options)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if err := report.HTML(&body, data, options); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(style))
	allowed := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	w.Header().Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", allowed, 1))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
	return nil, nil
}

// reportFile sends the report of a scope as a file.
func (s *server) reportFile(extension, kind string, write func(context.Context, io.Writer, *report.Data, report.Options) error) handler {
	return func(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
		data, options, ok, err := s.reportData(w, r)
		if !ok || err != nil {
			return nil, err
		}
		var body bytes.Buffer
		err = write(r.Context(), &body, data, options)
		if errors.Is(err, report.ErrNoBrowser) {
			s.fault(w, r, http.StatusServiceUnavailable, "no_browser", true, nil)
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		s.download(w, kind, "jianfu-report"+extension, report.Title(data, options)+extension, body.Bytes())
		return nil, nil
	}
}

func (s *server) reportPDF() handler {
	return s.reportFile(".pdf", "application/pdf", func(ctx context.Context, w io.Writer, d *report.Data, o report.Options) error {
		return report.PDF(ctx, w, d, o, s.printer)
	})
}

func (s *server) reportDocx() handler {
	return s.reportFile(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		func(_ context.Context, w io.Writer, d *report.Data, o report.Options) error {
			return report.Docx(w, d, o)
		})
}

func (s *server) reportXlsx() handler {
	return s.reportFile(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		func(_ context.Context, w io.Writer, d *report.Data, o report.Options) error {
			return report.Xlsx(w, d, o)
		})
}

// evidence sends the package of evidence of a scope.
func (s *server) evidence(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	data, options, ok, err := s.reportData(w, r)
	if !ok || err != nil {
		return nil, err
	}
	files, err := evidence.Files(r.Context(), s.reader(r.Context()), data,
		evidence.Options{Bundle: s.Bundle, Language: options.Language, Zone: s.Zone, Program: s.Program})
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if _, err := evidence.Write(&body, files, s.EvidenceKey); err != nil {
		return nil, err
	}
	s.download(w, "application/zip", "jianfu-evidence.zip", "", body.Bytes())
	return nil, nil
}

// RecordProofs hashes records of the divisions of the principal only.
func (r scoped) RecordProofs(ctx context.Context, q queries.ProofQuery) ([]queries.RecordProof, error) {
	if q.Form == "" || r.who.Everywhere() {
		return r.Reader.RecordProofs(ctx, q)
	}
	if r.who == nil || len(r.who.Divisions) == 0 {
		return nil, nil
	}
	names, err := r.ReadNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to tell the units of the account: %w", err)
	}
	within := names.Below(r.who.Divisions...)
	if len(q.Units) > 0 {
		within = slices.DeleteFunc(within, func(unit string) bool { return !slices.Contains(q.Units, unit) })
	}
	if len(within) == 0 {
		return nil, nil
	}
	q.Units = within
	return r.Reader.RecordProofs(ctx, q)
}
