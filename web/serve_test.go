package web_test

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/locale"
)

//go:embed locale/*.yaml
var texts embed.FS

// bundle is the texts of the product with those of the canned findings.
func bundle(t testing.TB) *locale.Bundle {
	t.Helper()
	all := fstest.MapFS{}
	entries, err := fs.ReadDir(texts, "locale")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := fs.ReadFile(texts, "locale/"+e.Name())
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = &fstest.MapFile{Data: raw}
	}
	for _, lang := range locale.Languages() {
		raw, err := os.ReadFile("testdata/canned." + lang + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		all["canned."+lang+".yaml"] = &fstest.MapFile{Data: raw}
	}
	b, err := locale.LoadFS(all)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const token = "TESTTOKENTESTTOKEN"

func options(t *testing.T, c *canned) web.Options {
	return web.Options{
		Reader: c, Writer: c, Token: token, Listen: "audit.example:8080", Bundle: bundle(t), Clock: func() time.Time { return now }, Refresh: -1,
		Detectors: []web.Detector{
			{ID: "dup-form", Family: "duplicate", Version: 1},
			{ID: "dup-item", Family: "duplicate", Version: 1},
			{ID: "idle-system", Family: "unused", Version: 1},
			{ID: "idle-forced", Family: "unused", Version: 1},
			{ID: "fab-copy-forward", Family: "fabrication", Version: 1},
			{ID: "fab-cross-unit", Family: "fabrication", Version: 1},
			{ID: "fab-terminal-digit", Family: "fabrication", Version: 1},
			{ID: "fab-benford", Family: "fabrication", Version: 1},
			{ID: "burden-hours", Family: "burden", Version: 1},
		},
	}
}

// TestServe shows the canned county in a browser: JIANFU_SHOW=127.0.0.1:8090 go test ./web -run TestServe -timeout 0
func TestServe(t *testing.T) {
	listen := os.Getenv("JIANFU_SHOW")
	if listen == "" {
		t.Skip("set JIANFU_SHOW to an address to look at the pages")
	}
	c := county()
	if os.Getenv("JIANFU_SHOW_EMPTY") != "" {
		c = empty()
	}
	h, err := web.New(options(t, c))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("http://%s/?token=%s\n", listen, token)
	if err := http.ListenAndServe(listen, h); !errors.Is(err, http.ErrServerClosed) {
		t.Fatal(err)
	}
}
