package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	chproto "github.com/ClickHouse/ch-go/proto"
	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// hello is the query with which clickhouse-go opens an HTTP connection.
const hello = "SELECT displayName(), version(), revision(), timezone()"

// maxQuery bounds the text of one statement.
const maxQuery = 64 << 20

// notSettings are the values of a URL that are no settings of ClickHouse.
var notSettings = map[string]bool{
	"query": true, "database": true, "default_format": true, "client_protocol_version": true, "query_id": true,
	"quota_key": true, "user": true, "password": true, "session_id": true, "wait_end_of_query": true,
}

// ServeHTTP speaks the part of ClickHouse's HTTP interface that clickhouse-go and 'jianfu sql' use: the statement in the
// body, or in the URL with the Native blocks of an insert as body; parameters, settings and the database in the URL.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	st, err := parse(r)
	if err != nil {
		fail(w, err)
		return
	}
	if st.query == hello {
		if err := e.hello(w); err != nil {
			fail(w, err)
		}
		return
	}
	out := &response{w: w}
	err = e.execute(r.Context(), st, func(chunk []byte) error {
		out.begun = true
		_, err := w.Write(chunk)
		return err
	})
	switch {
	case err == nil:
		if !out.begun {
			w.Header().Set("Content-Length", "0")
		}
	case out.begun:
		// The status has gone out: ClickHouse's own framing of an exception in mid-stream tells the client.
		text := err.Error()
		tag := "jianfujianfujian"
		fmt.Fprintf(w, "\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n", tag, text, len(text), tag)
	default:
		fail(w, err)
	}
}

type response struct {
	w     http.ResponseWriter
	begun bool
}

func parse(r *http.Request) (statement, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return statement{}, fmt.Errorf("unable to read the URL: %w", err)
	}
	st := statement{format: "Native", settings: map[string]string{}, params: map[string]string{}, database: values.Get("database")}
	if f := values.Get("default_format"); f != "" {
		st.format = f
	}
	for name, v := range values {
		switch {
		case strings.HasPrefix(name, "param_"):
			st.params[strings.TrimPrefix(name, "param_")] = v[0]
		case !notSettings[name]:
			st.settings[name] = v[0]
		}
	}
	if st.query = values.Get("query"); st.query != "" && strings.EqualFold(firstWord(st.query), "INSERT") {
		st.query = withoutFormat(st.query)
		st.data = r.Body
		return st, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxQuery+1))
	if err != nil {
		return st, fmt.Errorf("unable to read the statement: %w", err)
	}
	if len(body) > maxQuery {
		return st, fmt.Errorf("unable to run a statement of over %d bytes", maxQuery)
	}
	if len(body) > 0 {
		st.query = string(body)
	}
	return st, nil
}

// withoutFormat drops the trailing "FORMAT Native" or "VALUES" of an insert: the stream names its format itself.
func withoutFormat(query string) string {
	trimmed := strings.TrimRight(query, " \t\r\n;")
	for _, tail := range []string{"FORMAT NATIVE", "VALUES"} {
		if strings.HasSuffix(strings.ToUpper(trimmed), tail) {
			return trimmed[:len(trimmed)-len(tail)]
		}
	}
	return trimmed
}

func fail(w http.ResponseWriter, err error) {
	var ex *Error
	if errors.As(err, &ex) && ex.Code != 0 {
		w.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(ex.Code))
	}
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

// hello answers the handshake. The revision is 0, so that the client decodes blocks exactly as the library writes them.
func (e *Engine) hello(w io.Writer) error {
	block := proto.NewBlock()
	for _, c := range []struct{ name, kind string }{{"displayName()", "String"}, {"version()", "String"}, {"revision()", "UInt32"}, {"timezone()", "String"}} {
		if err := block.AddColumn(c.name, column.Type(c.kind)); err != nil {
			return fmt.Errorf("unable to answer the handshake: %w", err)
		}
	}
	if err := block.Append("jianfu", e.Version(), uint32(0), "UTC"); err != nil {
		return fmt.Errorf("unable to answer the handshake: %w", err)
	}
	var buffer chproto.Buffer
	if err := block.Encode(&buffer, clickhouse.ClientTCPProtocolVersion); err != nil {
		return fmt.Errorf("unable to answer the handshake: %w", err)
	}
	_, err := w.Write(buffer.Buf)
	return err
}

// Transport serves requests from the engine in this process, without a network.
func (e *Engine) Transport() http.RoundTripper { return transport{e} }

type transport struct{ handler http.Handler }

// RoundTrip runs the handler beside the reader of the response: the body is a pipe, so that a slow reader holds back the
// engine, and closing it early ends the statement.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	reader, writer := io.Pipe()
	rec := &pipeResponse{header: http.Header{}, body: writer, ready: make(chan int, 1)}
	go func() {
		defer cancel()
		t.handler.ServeHTTP(rec, r.WithContext(ctx))
		r.Body.Close()
		rec.WriteHeader(http.StatusOK)
		writer.Close()
	}()
	status := <-rec.ready
	length := int64(-1)
	if rec.header.Get("Content-Length") == "0" {
		length = 0
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: rec.header, Body: cancelBody{reader, cancel}, ContentLength: length, Request: r,
	}, nil
}

type pipeResponse struct {
	header http.Header
	body   *io.PipeWriter
	ready  chan int
	sent   bool
}

func (p *pipeResponse) Header() http.Header { return p.header }

func (p *pipeResponse) WriteHeader(status int) {
	if !p.sent {
		p.sent = true
		p.ready <- status
	}
}

func (p *pipeResponse) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return p.body.Write(b)
}

// cancelBody ends the statement when the reader goes away before the end.
type cancelBody struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (b cancelBody) Close() error {
	b.cancel()
	return b.PipeReader.Close()
}

// Dial gives a transport to the process that owns the data folder.
func Dial(dir string) (http.RoundTripper, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("unable to name the data folder: %w", err)
	}
	socket, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		DisableCompression: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}, nil
}

func hashName(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return hex.EncodeToString(sum[:8])
}
