package letter

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/static"
)

// sheet is a letter as it is shown.
type sheet struct {
	component.View
	letter    *Letter
	id, style string
}

// Page is the letter about a system as a page of the site.
func Page(v component.View, l *Letter, system string) templ.Component {
	return sheet{View: v, letter: l, id: system}.page()
}

// InCard is the letter within a card of a page, below a heading of the third level.
func InCard(v component.View, l *Letter) templ.Component {
	return sheet{View: v, letter: l}.inCard()
}

// HTML writes the letter as one file that needs nothing else.
func HTML(w io.Writer, v component.View, l *Letter) error {
	var out bytes.Buffer
	if err := (sheet{View: v, letter: l, style: static.CSS}).page().Render(context.Background(), &out); err != nil {
		return fmt.Errorf("unable to render the letter: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("unable to write the letter: %w", err)
	}
	return nil
}

// columnWidth is the class of a column's width, in tenths of the table: inline styles are forbidden on our pages.
func columnWidth(b Block, i int) string {
	if i >= len(b.Widths) {
		return ""
	}
	return "w" + strconv.Itoa((b.Widths[i]+5)/10)
}
