package component

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/jianfu/jianfu/web/static"
)

// htmxConfig keeps htmx within the policy of the pages: no style of its own, no evaluated text, no copies of pages in the
// browser's storage, nothing from other hosts.
const htmxConfig = `{"includeIndicatorStyles":false,"allowEval":false,"historyCacheSize":0,"refreshOnHistoryMiss":true,"selfRequestsOnly":true,"allowScriptTags":false}`

// StylePath is the address of the style sheet; it changes with the content, so that browsers may keep it for ever.
func StylePath() string { return versioned("jianfu.css", []byte(static.CSS)) }

// ScriptPath is the address of a script, which changes with its content too.
func ScriptPath(name string) string { return versioned(name, static.Scripts[name]) }

func versioned(name string, content []byte) string {
	sum := sha256.Sum256(content)
	return "/static/" + name + "?v=" + hex.EncodeToString(sum[:6])
}
