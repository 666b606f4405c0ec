package ndjson

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// cursor reads one JSON text strictly after RFC 8259, without building a tree: a line holds a dozen values whose names are
// known, and millions of lines come.
type cursor struct {
	s   string
	i   int
	buf []byte // scratch of unescaping
}

// kind of a JSON value.
type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindArray
	kindObject
)

func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a text", "a list", "an object"}[k]
}

// deepest is how far lists and objects may be nested.
const deepest = 32

// syntax is a fault of the JSON itself.
type syntax struct{ what string }

func (s *syntax) Error() string { return s.what }

func (c *cursor) fail(what string) error {
	return &syntax{what: "the line is not JSON: " + what + " at byte " + strconv.Itoa(c.i+1)}
}

func (c *cursor) space() {
	for c.i < len(c.s) {
		switch c.s[c.i] {
		case ' ', '\t', '\r', '\n':
			c.i++
		default:
			return
		}
	}
}

// next is the next byte after white space, 0 at the end.
func (c *cursor) next() byte {
	c.space()
	if c.i == len(c.s) {
		return 0
	}
	return c.s[c.i]
}

// plain marks the bytes that stand for themselves inside a string.
var plain = func() (t [256]bool) {
	for b := range t {
		t[b] = b >= ' ' && b != '"' && b != '\\'
	}
	return t
}()

// raw reads a string whose opening quote is the next byte, and returns what stands between the quotes.
func (c *cursor) raw() (text string, escaped bool, err error) {
	i := c.i + 1
	start := i
	for {
		for i < len(c.s) && plain[c.s[i]] {
			i++
		}
		if i >= len(c.s) {
			c.i = len(c.s)
			return "", false, c.fail("a text has no closing quote")
		}
		switch c.s[i] {
		case '"':
			c.i = i + 1
			return c.s[start:i], escaped, nil
		case '\\':
			escaped = true
			i += 2
		default:
			c.i = i
			return "", false, c.fail("a text holds a control character")
		}
	}
}

// str reads a string whose opening quote is the next byte.
func (c *cursor) str() (string, error) {
	text, escaped, err := c.raw()
	if err != nil || !escaped {
		return text, err
	}
	return c.unescape(text)
}

func (c *cursor) unescape(text string) (string, error) {
	b := c.buf[:0]
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			j := strings.IndexByte(text[i:], '\\')
			if j < 0 {
				j = len(text) - i
			}
			b = append(b, text[i:i+j]...)
			i += j
			continue
		}
		i += 2 // raw saw to it that something follows a backslash
		switch e := text[i-1]; e {
		case '"', '\\', '/':
			b = append(b, e)
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r, ok := hex4(text, i)
			if !ok {
				return "", c.fail("a text holds a broken \\u escape")
			}
			i += 4
			if utf16.IsSurrogate(r) {
				low, ok := rune(0), false
				if strings.HasPrefix(text[i:], `\u`) {
					low, ok = hex4(text, i+2)
				}
				if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
					return "", &encoding{"a text holds half of a surrogate pair; write the character itself in UTF-8"}
				}
				i += 6
			}
			if r == 0 {
				return "", &encoding{"a text holds a NUL character; remove it"}
			}
			b = utf8.AppendRune(b, r)
		default:
			return "", c.fail("a text holds an unknown escape \\" + strconv.QuoteRune(rune(e)))
		}
	}
	c.buf = b
	return string(b), nil
}

// encoding is a fault of the characters, not of the JSON.
type encoding struct{ what string }

func (e *encoding) Error() string { return e.what }

func hex4(s string, at int) (rune, bool) {
	if at+4 > len(s) {
		return 0, false
	}
	n, err := strconv.ParseUint(s[at:at+4], 16, 32)
	return rune(n), err == nil
}

// number reads a number and returns its literal.
func (c *cursor) number() (string, error) {
	start := c.i
	if c.peek() == '-' {
		c.i++
	}
	switch b := c.peek(); {
	case b == '0':
		c.i++
	case b >= '1' && b <= '9':
		c.digits()
	default:
		return "", c.fail("a number without digits")
	}
	if c.peek() == '.' {
		c.i++
		if c.digits() == 0 {
			return "", c.fail("a number without digits after the point")
		}
	}
	if b := c.peek(); b == 'e' || b == 'E' {
		c.i++
		if b := c.peek(); b == '+' || b == '-' {
			c.i++
		}
		if c.digits() == 0 {
			return "", c.fail("a number without digits in the exponent")
		}
	}
	return c.s[start:c.i], nil
}

func (c *cursor) peek() byte {
	if c.i < len(c.s) {
		return c.s[c.i]
	}
	return 0
}

func (c *cursor) digits() int {
	start := c.i
	for c.i < len(c.s) && c.s[c.i] >= '0' && c.s[c.i] <= '9' {
		c.i++
	}
	return c.i - start
}

// value reads any value. Scalars come decoded (numbers as their literal, true and false as these words), lists and
// objects as their raw text.
func (c *cursor) value(depth int) (kind, string, error) {
	switch b := c.next(); {
	case b == '"':
		s, err := c.str()
		return kindString, s, err
	case b == '-' || b >= '0' && b <= '9':
		s, err := c.number()
		return kindNumber, s, err
	case b == '{' || b == '[':
		if depth >= deepest {
			return kindNull, "", c.fail("values are nested too deeply")
		}
		start := c.i
		k, err := c.skip(b, depth)
		return k, c.s[start:c.i], err
	case strings.HasPrefix(c.s[c.i:], "true"):
		c.i += 4
		return kindBool, "true", nil
	case strings.HasPrefix(c.s[c.i:], "false"):
		c.i += 5
		return kindBool, "false", nil
	case strings.HasPrefix(c.s[c.i:], "null"):
		c.i += 4
		return kindNull, "", nil
	case b == 0:
		return kindNull, "", c.fail("it ends too early")
	}
	return kindNull, "", c.fail("an unexpected character")
}

// skip reads past a list or object whose opening bracket is the next byte.
func (c *cursor) skip(open byte, depth int) (kind, error) {
	if open == '[' {
		return kindArray, c.list(func() error {
			_, _, err := c.value(depth + 1)
			return err
		})
	}
	return kindObject, c.object(func() error {
		if _, err := c.str(); err != nil {
			return err
		}
		if err := c.colon(); err != nil {
			return err
		}
		_, _, err := c.value(depth + 1)
		return err
	})
}

func (c *cursor) colon() error {
	if c.next() != ':' {
		return c.fail("a colon is missing")
	}
	c.i++
	return nil
}

// object reads an object whose opening brace is the next byte, and calls member with the cursor on each key's quote.
func (c *cursor) object(member func() error) error {
	c.i++
	if c.next() == '}' {
		c.i++
		return nil
	}
	for {
		if c.next() != '"' {
			return c.fail("a key in quotes is missing")
		}
		if err := member(); err != nil {
			return err
		}
		more, err := c.more('}')
		if err != nil || !more {
			return err
		}
	}
}

// list reads a list whose opening bracket is the next byte, and calls item with the cursor before each item.
func (c *cursor) list(item func() error) error {
	c.i++
	if c.next() == ']' {
		c.i++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		more, err := c.more(']')
		if err != nil || !more {
			return err
		}
	}
}

// more reads the comma or the closing bracket after an item.
func (c *cursor) more(closing byte) (bool, error) {
	switch c.next() {
	case ',':
		c.i++
		return true, nil
	case closing:
		c.i++
		return false, nil
	case 0:
		return false, c.fail("it ends too early")
	}
	return false, c.fail("a comma or " + string(closing) + " is missing")
}
