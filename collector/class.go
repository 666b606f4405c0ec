package collector

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// class says how a field's values are stored.
type class uint8

const (
	free       class = iota // no type declared: the shape of each value decides
	numeric                 // numbers where they can be read as such
	textual                 // always text, so that the codes 1 and 01 stay apart
	residentID              // pseudonym that tells whether the check digit was right
	phone                   // pseudonym
	person                  // name of a person: pseudonym
	secret                  // other identifying content, such as photos: pseudonym
	biometric               // refused
)

var (
	biometricLabel = regexp.MustCompile(`(?i)人脸|面部特征|指纹|掌纹|虹膜|声纹|步态|基因|\bface[ _]?(id|print|template)|fingerprint|\biris\b|voiceprint|biometric`)
	idLabel        = regexp.MustCompile(`(?i)身份证|证件号|居民身份号|公民身份号|id[ _]?card|resident[ _]?id|\bsfzh\b`)
	phoneLabel     = regexp.MustCompile(`(?i)手机|电话|联系方式|\b(mobile|phone|tel)\b`)
	personLabel    = regexp.MustCompile(`(?i)姓名|户主$|(?:监护|联系|负责|责任|填报|填表|上报|录入|登记|经办|审核|审批|申请|代理|委托|当事|受益|承包|帮扶|法定代表)人$|\b(full|person|contact)[ _]?name\b`)
	countLabel     = regexp.MustCompile(`数$|数量|人数|户数|次数|率$|金额`)
)

// classify decides from the declared type first, and from the label where none is declared.
func classify(f queries.Field) class {
	switch f.Type {
	case "biometric":
		return biometric
	case "id":
		return residentID
	case "phone":
		return phone
	case "photo":
		return secret
	case "integer", "number":
		return numeric
	case "code", "bool", "date", "datetime", "geo":
		return textual
	}
	label := f.Label
	if countLabel.MatchString(label) {
		return free
	}
	switch {
	case biometricLabel.MatchString(label):
		return biometric
	case idLabel.MatchString(label):
		return residentID
	case phoneLabel.MatchString(label):
		return phone
	case personLabel.MatchString(label):
		return person
	case f.Type == "text":
		return textual
	}
	return free
}

// value gives the number or the text to be stored; NaN with an empty text is "no value". A resident id or a mobile number
// becomes a pseudonym wherever it stands, declared or not.
func (in *intake) value(c class, v queries.Value) (float64, string) {
	if v.Kind == queries.NumberValue {
		switch c {
		case residentID, phone, person, secret:
			return in.hidden(c, strconv.FormatFloat(v.Number, 'f', -1, 64))
		case textual:
			return math.NaN(), strconv.FormatFloat(v.Number, 'f', -1, 64)
		}
		return v.Number, ""
	}
	text := strings.TrimSpace(v.Text)
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	if text == "" {
		return math.NaN(), ""
	}
	switch c {
	case residentID, phone, person, secret:
		return in.hidden(c, text)
	}
	if len(text) == 18 && validResidentID(text) {
		return in.hidden(residentID, text)
	}
	if len(text) == 11 && mobile(text) && c != numeric {
		return in.hidden(phone, text)
	}
	if c == numeric || c == free {
		if x, ok := parseNumber(text, c == numeric); ok {
			return x, ""
		}
	}
	return math.NaN(), text
}

func (in *intake) hidden(c class, text string) (float64, string) {
	text = canonicalID(text)
	switch c {
	case residentID:
		if len(text) == 18 && validResidentID(text) {
			return math.NaN(), in.pseudonym.Token("rid", text)
		}
		return math.NaN(), in.pseudonym.Token("rid-bad", text)
	case phone:
		return math.NaN(), in.pseudonym.Token("tel", strings.NewReplacer("-", "", "+86", "").Replace(text))
	case person:
		return math.NaN(), in.pseudonym.Token("name", text)
	}
	return math.NaN(), in.pseudonym.Token("key", text)
}

// canonicalID makes the same identifier the same text.
func canonicalID(s string) string {
	return strings.ToUpper(strings.Join(strings.Fields(s), ""))
}

// validResidentID checks the last character of a resident identity number: GB 11643-1999, ISO 7064 MOD 11-2.
func validResidentID(s string) bool {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += w * int(s[i]-'0')
	}
	last := s[17]
	if last == 'x' {
		last = 'X'
	}
	return "10X98765432"[sum%11] == last
}

func mobile(s string) bool {
	if s[0] != '1' || s[1] < '3' || s[1] > '9' {
		return false
	}
	for _, c := range []byte(s[2:]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// parseNumber reads a number. Where no numeric type is declared, a text that would lose something as a number (leading
// zeros, more than 15 digits, an exponent) stays text.
func parseNumber(s string, declared bool) (float64, bool) {
	if c := s[len(s)-1]; c < '0' || c > '9' {
		return 0, false
	}
	if declared && strings.IndexByte(s, ',') > 0 && thousands.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	digits := 0
	for i, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == '-' && i == 0:
		case declared && (c == 'e' || c == 'E' || c == '+' || c == '-'):
		default:
			return 0, false
		}
	}
	if !declared {
		body := strings.TrimPrefix(s, "-")
		if digits > 15 || len(body) > 1 && body[0] == '0' && body[1] != '.' || body[0] == '.' {
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, false
	}
	return x, true
}

var thousands = regexp.MustCompile(`^-?\d{1,3}(,\d{3})+(\.\d+)?$`)

// refusal is the report of a biometric value; the value itself is kept nowhere.
func refusal(s *queries.Submission, f queries.Field) queries.Rejected {
	return queries.Rejected{
		Origin: s.Form, Field: f.ID, Kind: "refused",
		Reason: fmt.Sprintf("field %q (%s) of form %s holds biometric data, which is not stored; the rest of the submission is: stop collecting it upstream", f.ID, f.Label, s.Form),
	}
}
