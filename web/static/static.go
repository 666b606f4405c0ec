// Package static holds the files that browsers fetch: one style sheet and one icon.
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
