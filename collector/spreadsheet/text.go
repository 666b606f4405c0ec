package spreadsheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// headBytes is how much of a text is looked at to tell its delimiter, and which of two encodings breaks less of it.
const headBytes = 1 << 20

// openText makes a sheet of a text of values. The text is read three times, as a stream: to tell its encoding, its delimiter,
// and its rows.
func openText(open func() (io.ReadCloser, error)) (*sheet, error) {
	decoder, err := detectEncoding(open)
	if err != nil {
		return nil, err
	}
	decoded := func() (io.Reader, io.Closer, error) {
		r, err := open()
		if err != nil {
			return nil, nil, unpacking(err)
		}
		if decoder == nil {
			return &withoutMark{r: r}, r, nil
		}
		return &withoutMark{r: decoder.NewDecoder().Reader(r)}, r, nil
	}
	r, closer, err := decoded()
	if err != nil {
		return nil, err
	}
	head := make([]byte, headBytes)
	n, err := fill(r, head)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(unpacking(err), closer.Close())
	}
	if err := closer.Close(); err != nil {
		return nil, err
	}
	delimiter, newline := sniffDelimiter(head[:n]), byte('\n')
	if bytes.IndexByte(head[:n], '\n') < 0 && bytes.IndexByte(head[:n], '\r') >= 0 {
		newline = '\r'
	}
	return &sheet{rows: func(yield func(row) error) error {
		r, closer, err := decoded()
		if err != nil {
			return err
		}
		defer closer.Close()
		s := splitter{r: r, delimiter: delimiter, newline: newline, decoded: decoder != nil}
		return s.rows(yield)
	}}, nil
}

// unpacking makes a format fault of what went wrong in a packed text.
func unpacking(err error) error {
	var f *FormatError
	if err == nil || errors.As(err, &f) {
		return err
	}
	return refuse("archive", "the file cannot be unpacked (%s); fetch it again", err)
}

// fill reads until the buffer is full. Other than io.ReadFull it keeps the end of the text apart from an archive that ends
// too early.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var more int
		more, err = r.Read(buf[n:])
		n += more
	}
	return n, err
}

// withoutMark leaves out the byte order mark at the beginning.
type withoutMark struct {
	r     io.Reader
	begun bool
}

func (w *withoutMark) Read(p []byte) (int, error) {
	if w.begun {
		return w.r.Read(p)
	}
	w.begun = true
	mark := make([]byte, 3)
	n, err := fill(w.r, mark)
	if n == 3 && string(mark) == "\xef\xbb\xbf" {
		return w.r.Read(p)
	}
	rest := io.Reader(bytes.NewReader(mark[:n]))
	if err == nil {
		rest = io.MultiReader(rest, w.r)
	} else if !errors.Is(err, io.EOF) {
		return 0, err
	}
	w.r = rest
	return w.r.Read(p)
}

// detectEncoding tells UTF-8 (nil) from UTF-16 by its mark and from GB18030 by validity: hardly any Chinese text in GB18030
// is valid UTF-8. Where both are broken, the one that breaks less is taken, and rows with broken characters are refused.
func detectEncoding(open func() (io.ReadCloser, error)) (encoding.Encoding, error) {
	r, err := open()
	if err != nil {
		return nil, unpacking(err)
	}
	defer r.Close()
	buf := make([]byte, headBytes)
	n, err := fill(r, buf)
	head := buf[:n]
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	case bytes.Count(head[:min(n, 4096)], []byte{0})*10 > min(n, 4096):
		return nil, refuse("encoding", "the file holds NUL bytes everywhere: it is no text, or is in UTF-16 without a mark; save it as xlsx or as csv in UTF-8")
	}
	sample := bytes.Clone(head)
	carry := 0
	for {
		valid := validPrefix(buf[:carry+n])
		if valid < carry+n-3 || err != nil && valid < carry+n {
			return brokenLess(sample), nil
		}
		carry = copy(buf, buf[valid:carry+n])
		if err != nil {
			break
		}
		n, err = r.Read(buf[carry:])
	}
	if !errors.Is(err, io.EOF) {
		return nil, unpacking(err)
	}
	return nil, nil
}

// validPrefix is the length of the valid UTF-8 at the beginning of b.
func validPrefix(b []byte) int {
	if utf8.Valid(b) {
		return len(b)
	}
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(b)
}

func brokenLess(sample []byte) encoding.Encoding {
	asUTF8, multi := 0, 0
	for i := 0; i < len(sample); {
		r, size := utf8.DecodeRune(sample[i:])
		if r == utf8.RuneError && size == 1 {
			asUTF8++
		} else if size > 1 {
			multi++
		}
		i += size
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(sample)
	if err != nil || bytes.Count(decoded, []byte("\uFFFD")) >= max(asUTF8, 1) && multi > 0 {
		return nil
	}
	return simplifiedchinese.GB18030
}

// delimiters are tried in this order: of equals the first wins.
var delimiters = []byte{',', '\t', ';', '|'}

// sniffDelimiter takes the delimiter that cuts most of the first lines into the same number of parts, and of two that do so
// equally well the one that makes more parts.
func sniffDelimiter(head []byte) byte {
	best, bestScore := delimiters[0], 0
	for _, d := range delimiters {
		counts := make(map[int]int)
		for line, text := 0, head; len(text) > 0 && line < 100; line++ {
			n := 0
			n, text = countDelimiters(text, d)
			if n > 0 {
				counts[n]++
			}
		}
		for n, lines := range counts {
			if score := lines*1000 + min(n, 999); score > bestScore {
				best, bestScore = d, score
			}
		}
	}
	return best
}

// countDelimiters counts the delimiters of the first line outside quotes.
func countDelimiters(text []byte, delimiter byte) (n int, rest []byte) {
	quoted := false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && (!quoted || i > 4096):
			return n, text[i+1:]
		case c == delimiter && !quoted:
			n++
		}
	}
	return n, nil
}
