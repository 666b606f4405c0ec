package engine

import (
	"context"
	"fmt"
	"io"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"unsafe"
)

// Error is an exception of ClickHouse, or of the way to it (Code 0).
type Error struct {
	Code    int
	Message string
}

func (e *Error) Error() string { return e.Message }

var codePattern = regexp.MustCompile(`Code: (\d+)\.`)

func exception(message string) *Error {
	e := &Error{Message: message}
	if m := codePattern.FindStringSubmatch(message); m != nil {
		fmt.Sscan(m[1], &e.Code)
	}
	return e
}

// statement is one query with its surroundings.
type statement struct {
	query    string
	format   string
	database string
	settings map[string]string
	params   map[string]string
	data     io.Reader // Native blocks of an insert, else nil
}

// session is one connection of the library. It runs one statement at a time.
type session struct {
	lib      *library
	handle   *uintptr
	database string
	settings map[string]string // in force
}

func (s *session) close() { s.lib.closeConn(s.handle) }

func (s *session) command(query string) error {
	q, n := text(query)
	result := s.lib.query(*s.handle, q, n, "Native", 6)
	runtime.KeepAlive(query)
	return s.finish(result)
}

// finish destroys a result and returns its error.
func (s *session) finish(result uintptr) error {
	if result == 0 {
		return &Error{Message: "the engine gave no result"}
	}
	defer s.lib.destroy(result)
	if message := s.lib.errorText(result); message != "" {
		return exception(message)
	}
	return nil
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func quote(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// prepare brings the connection to the statement's database and settings. What the last statement left that this one does
// not ask for goes back to its default; what is as it should be costs nothing.
func (s *session) prepare(st statement) error {
	if st.database != "" && st.database != s.database {
		if !identifier.MatchString(st.database) {
			return &Error{Code: 81, Message: fmt.Sprintf("Code: 81. DB::Exception: %q is not a database name", st.database)}
		}
		if err := s.command("USE " + st.database); err != nil {
			return err
		}
		s.database = st.database
	}
	var changes []string
	for _, name := range slices.Sorted(maps.Keys(st.settings)) {
		if !identifier.MatchString(name) {
			return &Error{Code: 115, Message: fmt.Sprintf("Code: 115. DB::Exception: %q is not a setting", name)}
		}
		if value, set := s.settings[name]; !set || value != st.settings[name] {
			changes = append(changes, name+" = "+quote(st.settings[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.settings)) {
		if _, wanted := st.settings[name]; !wanted {
			changes = append(changes, name+" = DEFAULT")
		}
	}
	if len(changes) == 0 {
		return nil
	}
	s.settings = st.settings
	return s.command("SET " + strings.Join(changes, ", "))
}

// streams tells whether a statement has rows to fetch one block at a time.
func streams(query string) bool {
	word := strings.ToUpper(firstWord(query))
	return slices.Contains([]string{"SELECT", "WITH"}, word)
}

// firstWord skips white space, comments and opening brackets.
func firstWord(query string) string {
	for {
		query = strings.TrimLeft(query, " \t\r\n(")
		switch {
		case strings.HasPrefix(query, "--"):
			_, rest, _ := strings.Cut(query, "\n")
			query = rest
		case strings.HasPrefix(query, "/*"):
			_, rest, _ := strings.Cut(query, "*/")
			query = rest
		default:
			end := strings.IndexFunc(query, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
			if end < 0 {
				end = len(query)
			}
			return query[:end]
		}
	}
}

// run executes the statement and hands out the result chunk by chunk; the bytes are C's and valid during the call only.
func (s *session) run(ctx context.Context, st statement, chunk func([]byte) error) error {
	switch {
	case st.data != nil:
		return s.runInsert(ctx, st)
	case streams(st.query):
		return s.runStream(st, chunk)
	}
	q, n := text(st.query)
	var result uintptr
	if len(st.params) == 0 {
		result = s.lib.query(*s.handle, q, n, st.format, uintptr(len(st.format)))
	} else {
		p := packParams(st.params)
		result = s.lib.queryParams(*s.handle, q, n, st.format, uintptr(len(st.format)), p.names(), p.nameLens(), p.values(), p.valueLens(), p.count())
		p.release()
	}
	runtime.KeepAlive(st.query)
	if result == 0 {
		return s.finish(result)
	}
	if size := s.lib.length(result); size > 0 && s.lib.errorText(result) == "" {
		if err := chunk(unsafe.Slice((*byte)(s.lib.buffer(result)), size)); err != nil {
			s.lib.destroy(result)
			return err
		}
	}
	return s.finish(result)
}

func (s *session) runStream(st statement, chunk func([]byte) error) error {
	q, n := text(st.query)
	var stream uintptr
	if len(st.params) == 0 {
		stream = s.lib.streamQuery(*s.handle, q, n, st.format, uintptr(len(st.format)))
	} else {
		p := packParams(st.params)
		stream = s.lib.streamQueryParams(*s.handle, q, n, st.format, uintptr(len(st.format)), p.names(), p.nameLens(), p.values(), p.valueLens(), p.count())
		p.release()
	}
	runtime.KeepAlive(st.query)
	if stream == 0 {
		return s.finish(stream)
	}
	defer s.lib.destroy(stream)
	if message := s.lib.errorText(stream); message != "" {
		return exception(message)
	}
	for {
		result := s.lib.fetch(*s.handle, stream)
		if result == 0 {
			return nil
		}
		if message := s.lib.errorText(result); message != "" {
			s.lib.destroy(result)
			return exception(message)
		}
		size := s.lib.length(result)
		if size == 0 {
			s.lib.destroy(result)
			return nil
		}
		err := chunk(unsafe.Slice((*byte)(s.lib.buffer(result)), size))
		s.lib.destroy(result)
		if err != nil {
			s.lib.cancel(*s.handle, stream)
			return err
		}
	}
}

func (s *session) runInsert(ctx context.Context, st statement) error {
	q, n := text(st.query)
	stream := s.lib.insert(*s.handle, q, n, "Native", 6)
	runtime.KeepAlive(st.query)
	if stream == 0 {
		return &Error{Message: "the engine gave no insert stream"}
	}
	defer s.lib.insertDestroy(stream)
	if message := s.lib.insertError(stream); message != "" {
		return exception(message)
	}
	buffer := make([]byte, 1<<20)
	for {
		read, err := io.ReadFull(st.data, buffer)
		if read > 0 && s.lib.insertAppend(stream, &buffer[0], uintptr(read)) != 0 {
			return exception(s.lib.insertError(stream))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			s.lib.insertCancel(stream)
			return err
		}
	}
	return s.finish(s.lib.insertDone(stream))
}

// packed holds parameters in the four C arrays that the library wants, pinned until release.
type packed struct {
	n, v       []*byte
	nLen, vLen []uintptr
	pin        runtime.Pinner
}

func packParams(params map[string]string) *packed {
	p := &packed{}
	add := func(s string, pointers *[]*byte, lens *[]uintptr) {
		b := append([]byte(s), 0)
		p.pin.Pin(&b[0])
		*pointers, *lens = append(*pointers, &b[0]), append(*lens, uintptr(len(s)))
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		add(name, &p.n, &p.nLen)
		add(params[name], &p.v, &p.vLen)
	}
	p.pin.Pin(&p.n[0])
	p.pin.Pin(&p.v[0])
	return p
}

func (p *packed) names() **byte       { return &p.n[0] }
func (p *packed) values() **byte      { return &p.v[0] }
func (p *packed) nameLens() *uintptr  { return &p.nLen[0] }
func (p *packed) valueLens() *uintptr { return &p.vLen[0] }
func (p *packed) count() uintptr      { return uintptr(len(p.n)) }
func (p *packed) release()            { p.pin.Unpin() }
