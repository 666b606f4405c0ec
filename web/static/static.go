// Package static holds the files that browsers fetch: one style sheet, one icon, and two scripts without which everything
// works too.
package static

import _ "embed"

// CSS is the style sheet of every page and report.
//
//go:embed jianfu.css
var CSS string

// Icon is the mark of the site, SVG.
//
//go:embed icon.svg
var Icon []byte

var (
	//go:embed jianfu.js
	own []byte
	//go:embed htmx.min.js
	htmx []byte
)

// Scripts are our own script, for keys and the palette, and htmx 2.0.11 (htmx.LICENSE), which replaces parts of a page.
var Scripts = map[string][]byte{"jianfu.js": own, "htmx.min.js": htmx}
