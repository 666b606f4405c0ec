package analyzer

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// arithmetic is a rule that the figures of one submission, or of it and the one of the period before, must satisfy.
type arithmetic struct {
	left, right *term
	op          string // =, <= or >=
	rounding    bool   // figures on the right were rounded before they were reported
}

// term is a node of a rule: a number, a field, or an operation on two others.
type term struct {
	op     byte // 'n' number, 'f' field, + - * /
	number float64
	field  string
	at     int     // of the field among the form's numeric fields, once bound
	before bool    // of the period before
	ulp    float64 // last place to which the field is reported: 1 for whole numbers, 0.01 for two decimals
	a, b   *term
}

// errArithmetic says what is wrong with a rule, and at which character.
type errArithmetic struct {
	at   int // from 1
	what string
}

func (e errArithmetic) Error() string { return fmt.Sprintf("character %d: %s", e.at, e.what) }

// maxRule is the length of a rule in bytes and maxDepth its nesting: longer ones are mistakes.
const (
	maxRule  = 2000
	maxDepth = 50
)

// parseArithmetic reads a rule such as "total = a + b", "women <= persons", "rate = 100 * done / due within rounding" or
// "stock_t = stock_{t-1} + in_t - out_t". Fields are named by their ids, in backquotes where an id has characters other
// than letters, digits, full stops and underscores; x[t-1] and x_{t-1} are the figure of the period before.
func parseArithmetic(text string) (*arithmetic, error) {
	if len(text) > maxRule {
		return nil, errArithmetic{maxRule, fmt.Sprintf("a rule has %d bytes at most", maxRule)}
	}
	p := &ruleParser{text: text}
	p.next()
	r, err := p.rule()
	if err != nil {
		return nil, err
	}
	if len(r.fields()) < 2 && !r.lagged() {
		return nil, errArithmetic{1, "a rule needs two fields at least, or one field and its period before"}
	}
	return r, nil
}

// ruleParser reads one token ahead.
type ruleParser struct {
	text  string
	at    int // of the next character
	start int // of the token
	kind  byte
	token string
	depth int
}

func (p *ruleParser) fail(what string) error {
	return errArithmetic{utf8.RuneCountInString(p.text[:min(p.start, len(p.text))]) + 1, what}
}

// next reads a token: 'n' number, 'f' field, 'q' field in backquotes, 'o' comparison, 'b' the mark of the period before,
// a character for itself, 0 at the end and '?' for what is none.
func (p *ruleParser) next() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\n') {
		p.at++
	}
	p.start, p.token = p.at, ""
	if p.at >= len(p.text) {
		p.kind = 0
		return
	}
	rest := p.text[p.at:]
	take := func(kind byte, n int) { p.kind, p.token, p.at = kind, rest[:n], p.at+n }
	for _, mark := range []string{"_{t-1}", "[t-1]", "_{t}", "[t]"} {
		if strings.HasPrefix(rest, mark) {
			take('b', len(mark))
			return
		}
	}
	for _, op := range []string{"<=", ">=", "==", "≤", "≥", "="} {
		if strings.HasPrefix(rest, op) {
			take('o', len(op))
			return
		}
	}
	c, size := utf8.DecodeRuneInString(rest)
	switch {
	case c == '`':
		end := strings.IndexByte(rest[1:], '`')
		if end <= 0 {
			take('?', 1)
			return
		}
		p.kind, p.token, p.at = 'q', rest[1:end+1], p.at+end+2
	case c >= '0' && c <= '9':
		// A number ends where neither digit nor full stop follows; ids that begin with a digit stand in backquotes.
		n := 1
		for n < len(rest) && (rest[n] >= '0' && rest[n] <= '9' || rest[n] == '.') {
			n++
		}
		take('n', n)
	case unicode.IsLetter(c) || c == '_':
		n := size
		for n < len(rest) {
			if strings.HasPrefix(rest[n:], "_{t") {
				break
			}
			c, size := utf8.DecodeRuneInString(rest[n:])
			if !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '_' && c != '.' {
				break
			}
			n += size
		}
		take('f', n)
	case c == '×':
		p.kind, p.token, p.at = '*', "*", p.at+size
	case c == '÷':
		p.kind, p.token, p.at = '/', "/", p.at+size
	case strings.ContainsRune("+-*/()", c):
		take(byte(c), 1)
	default:
		take('?', size)
	}
}

func (p *ruleParser) rule() (*arithmetic, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.kind != 'o' {
		return nil, p.fail("a comparison is expected here: =, <= or >=")
	}
	op := map[string]string{"≤": "<=", "≥": ">=", "==": "="}[p.token]
	if op == "" {
		op = p.token
	}
	p.next()
	right, err := p.sum()
	if err != nil {
		return nil, err
	}
	r := &arithmetic{left: left, right: right, op: op}
	if p.kind == 'f' && p.token == "within" {
		if p.next(); p.kind != 'f' || p.token != "rounding" {
			return nil, p.fail(`"within" is followed by "rounding"`)
		}
		r.rounding = true
		p.next()
	}
	if p.kind != 0 {
		return nil, p.fail(fmt.Sprintf("%q is not expected here", p.rest()))
	}
	return r, nil
}

func (p *ruleParser) rest() string {
	r := []rune(p.text[p.start:])
	return string(r[:min(len(r), 12)])
}

func (p *ruleParser) sum() (*term, error) {
	return p.chain("+-", func() (*term, error) { return p.chain("*/", p.factor) })
}

func (p *ruleParser) chain(ops string, part func() (*term, error)) (*term, error) {
	out, err := part()
	for err == nil && p.kind != 0 && strings.IndexByte(ops, p.kind) >= 0 {
		op := p.kind
		p.next()
		var b *term
		b, err = part()
		out = &term{op: op, a: out, b: b}
	}
	return out, err
}

func (p *ruleParser) factor() (*term, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("the rule is nested too deeply")
	}
	defer func() { p.depth-- }()
	switch p.kind {
	case 'n':
		v, err := strconv.ParseFloat(p.token, 64)
		if err != nil {
			return nil, p.fail(fmt.Sprintf("%q is no number", p.token))
		}
		p.next()
		return &term{op: 'n', number: v}, nil
	case 'f', 'q':
		t := &term{op: 'f', field: p.token}
		p.next()
		if p.kind == 'b' {
			t.before = strings.Contains(p.token, "-1")
			p.next()
		}
		return t, nil
	case '-':
		p.next()
		of, err := p.factor()
		return &term{op: '-', a: &term{op: 'n'}, b: of}, err
	case '(':
		p.next()
		of, err := p.sum()
		if err != nil {
			return nil, err
		}
		if p.kind != ')' {
			return nil, p.fail("a closing bracket is expected here")
		}
		p.next()
		return of, nil
	}
	return nil, p.fail("a field, a number or a bracket is expected here")
}

func (t *term) walk(visit func(*term)) {
	if t != nil {
		visit(t)
		t.a.walk(visit)
		t.b.walk(visit)
	}
}

// fields are the ids that the rule names, each once, in order.
func (r *arithmetic) fields() []string {
	var out []string
	for _, side := range []*term{r.left, r.right} {
		side.walk(func(t *term) {
			if t.op == 'f' && !slices.Contains(out, t.field) {
				out = append(out, t.field)
			}
		})
	}
	return out
}

// lagged says whether the rule speaks of the period before.
func (r *arithmetic) lagged() bool {
	found := false
	for _, side := range []*term{r.left, r.right} {
		side.walk(func(t *term) { found = found || t.before })
	}
	return found
}

// bind finds the fields of a form, whose place known gives, -1 for none: x_t is x where there is no field x_t.
func (r *arithmetic) bind(known func(string) int) error {
	var faults []error
	for _, side := range []*term{r.left, r.right} {
		side.walk(func(t *term) {
			if t.op != 'f' {
				return
			}
			if t.at = known(t.field); t.at >= 0 {
				return
			}
			if short, ok := strings.CutSuffix(t.field, "_t"); ok && known(short) >= 0 {
				t.field, t.at = short, known(short)
				return
			}
			faults = append(faults, fmt.Errorf("there is no numeric field %q", t.field))
		})
	}
	return errors.Join(faults...)
}

// value works a side out; NaN where a figure is missing or a divisor is zero.
func (t *term) value(of func(t *term) float64) float64 {
	switch t.op {
	case 'n':
		return t.number
	case 'f':
		return of(t)
	}
	a, b := t.a.value(of), t.b.value(of)
	switch t.op {
	case '+':
		return a + b
	case '-':
		return a - b
	case '*':
		return a * b
	}
	if b == 0 {
		return math.NaN()
	}
	return a / b
}
