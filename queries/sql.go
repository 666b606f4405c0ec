package queries

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/jianfu/jianfu/queries/engine"
)

// SQL runs one read-only statement for an operator and writes the result in any output format of ClickHouse, as it
// arrives. Servers are asked over HTTP; a server that is configured by its native port answers through formatRow, which
// knows the row formats only (TSV, CSV, JSONEachRow, …).
func (s *Store) SQL(ctx context.Context, query, format string, w io.Writer) error {
	if s.options.Protocol != clickhouse.HTTP {
		return s.nativeSQL(ctx, query, format, w)
	}
	address := url.URL{Scheme: "http", Host: s.options.Addr[0], RawQuery: url.Values{
		"database": {s.Database}, "default_format": {format}, "readonly": {"1"},
	}.Encode()}
	transport := http.RoundTripper(&http.Transport{TLSClientConfig: s.options.TLS})
	if s.options.TransportFunc != nil {
		var err error
		if transport, err = s.options.TransportFunc(nil); err != nil {
			return fmt.Errorf("unable to reach ClickHouse: %w", err)
		}
	}
	if s.options.TLS != nil {
		address.Scheme = "https"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(query))
	if err != nil {
		return fmt.Errorf("unable to ask ClickHouse: %w", err)
	}
	if user := s.options.Auth.Username; user != "" {
		request.Header.Set("X-ClickHouse-User", user)
		request.Header.Set("X-ClickHouse-Key", s.options.Auth.Password)
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("unable to ask ClickHouse: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 16<<10))
		code, _ := strconv.Atoi(answer.Header.Get("X-ClickHouse-Exception-Code"))
		return &engine.Error{Code: code, Message: strings.TrimSpace(string(text))}
	}
	if _, err := io.Copy(w, answer.Body); err != nil {
		return fmt.Errorf("unable to read the result: %w", err)
	}
	return nil
}

func (s *Store) nativeSQL(ctx context.Context, query, format string, w io.Writer) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"readonly": 1}),
		clickhouse.WithParameters(clickhouse.Parameters{"format": format}))
	rows, err := s.conn.Query(ctx, "SELECT formatRow({format:String}, *) FROM ("+strings.TrimRight(query, "; \n")+")")
	if err != nil {
		return fmt.Errorf("unable to run the statement: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return fmt.Errorf("unable to read the result: %w", err)
		}
		if _, err := io.WriteString(w, line); err != nil {
			return fmt.Errorf("unable to write the result: %w", err)
		}
	}
	return rows.Err()
}
