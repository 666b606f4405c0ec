package page

import (
	"testing"
	"testing/fstest"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

func TestHeadline(t *testing.T) {
	for text, want := range map[string][2]string{
		"东村连续 7 期相同；同类村 4%":                             {"东村连续 7 期相同；同类村 4%", ""},
		"已 244 天没有使用。建议：并入甲。":                           {"已 244 天没有使用", "建议：并入甲。"},
		"Takes 9.8 hours (8.1-11.6). Suggestion: stop.": {"Takes 9.8 hours (8.1-11.6)", "Suggestion: stop."},
		"After Office 2017 No. 39 it is unused.":        {"After Office 2017 No. 39 it is unused", ""},
		"See a.log for more. 12 rows":                   {"See a.log for more", "12 rows"},
		"Not used. 东村 is.":                              {"Not used", "东村 is."},
	} {
		bundle, err := locale.LoadFS(fstest.MapFS{"t.en.yaml": {Data: []byte("k: |-\n  " + text)}})
		if err != nil {
			t.Fatal(err)
		}
		v := component.View{Lang: locale.English, Bundle: bundle}
		headline, rest := Headline(v, queries.Finding{Evidence: queries.Evidence{Message: queries.Message{Key: "k"}}})
		if headline != want[0] || rest != want[1] {
			t.Errorf("%s: %q and %q", text, headline, rest)
		}
	}
}
