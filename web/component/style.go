package component

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/jianfu/jianfu/web/static"
)

// StylePath is the address of the style sheet; it changes with the content, so that browsers may keep it for ever.
func StylePath() string {
	sum := sha256.Sum256([]byte(static.CSS))
	return "/static/jianfu.css?v=" + hex.EncodeToString(sum[:6])
}
