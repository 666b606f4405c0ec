package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/report"
)

// report writes the printed report of a scope. Its one style element is allowed by its hash.
func (s *server) report(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	query := r.URL.Query()
	data, err := report.Read(r.Context(), s.reader(r.Context()), report.Scope{Unit: query.Get("unit"), System: query.Get("system"), Finding: query.Get("finding")})
	if err != nil {
		return nil, err
	}
	options := report.Options{Bundle: s.Bundle, Language: s.language(w, r), Zone: s.Zone, Now: s.Clock()}
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
