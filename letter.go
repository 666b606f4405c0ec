package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/letter"
	"github.com/jianfu/jianfu/web/locale"
)

// letterFormats write a letter, by the extension of the file.
var letterFormats = map[string]func(io.Writer, component.View, *letter.Letter) error{
	".html": letter.HTML,
	".htm":  letter.HTML,
	".docx": func(w io.Writer, _ component.View, l *letter.Letter) error { return letter.Docx(w, l) },
}

func (p *program) letterCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "letter SYSTEM (-c FILE | --embedded DIR) --out FILE.docx",
		Short: "处置建议书 / the letter that suggests to its owner what should become of a system",
		Long: `Writes the letter to the owner of a system: what was observed under which rule, the five official tests, who would be affected,
what is suggested and when, and how to answer. The newest analysis speaks; people decide. There is no letter about a system
that is to be kept.`,
		Example: "  jianfu letter wm-sj --embedded ./data --out 建议书.docx\n  jianfu letter wm-sj --embedded ./data --out letter.html",
		Args:    arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			write, ok := letterFormats[strings.ToLower(filepath.Ext(out))]
			if !ok {
				return usageError{fmt.Errorf("--out %q: a letter is written as .docx or .html", out)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				bundle, err := locale.Load()
				if err != nil {
					return err
				}
				data, err := letter.Read(c.Context(), s, names[0])
				if errors.Is(err, queries.ErrNotFound) {
					return usageError{fmt.Errorf("there is no system %q; 'jianfu sql \"SELECT id, name FROM systems FINAL\"' lists them", names[0])}
				}
				if err != nil {
					return err
				}
				v := component.View{Lang: conf.Language, Bundle: bundle, Names: data.Called.Name, Place: data.Called.Place, Zone: conf.zone, Now: time.Now()}
				l, err := letter.New(v, data)
				if errors.Is(err, letter.ErrNoLetter) {
					return fmt.Errorf("unable to write a letter about %s: %w; it is to be kept, or 'jianfu analyze' has not judged it", names[0], err)
				}
				if err != nil {
					return err
				}
				return writeFile(out, func(w io.Writer) error { return write(w, v, l) })
			})
		},
	}
	c.Flags().StringVar(&out, "out", "", "file to write: .docx or .html")
	return c
}
