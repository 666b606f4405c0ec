package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/web/locale"
)

// everyRole looks at the pages as the six kinds of people have them before them, who sign in by name and password, and at what is
// refused to everybody else: accounts, the audit trail. Whatever was refused must be open to somebody.
func everyRole(ctx context.Context, t *testing.T, b *browser, axe, config, base string, refused []string) {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	staff(ctx, t, config, suggested(ctx, t, config, 3))
	b.becomes("return String((await fetch('/')).status)", "401") // from now on people sign in
	lookTwice(t, b, axe, base, "/signin")
	b.open(base + "/signin")
	b.act("document.getElementById('name').value = 'li'; document.getElementById('password').value = 'a guess'; window.left = true; document.querySelector('.gate form.stacked').submit()")
	b.loaded()
	look(t, b, axe, base, "a sign-in that failed")
	for _, one := range []struct {
		name  string
		pages []string
	}{
		{"li", []string{"/", "/account?factor=new"}},
		{"wang", []string{"/", "/burden", "/findings", "/verify"}}, // the last is refused to a leader
		{"zhang", []string{"/", "/inbox", "/retirements", "/findings"}},
		{"zhao", []string{"/", "/sources"}},
		{"sun", []string{"/"}},
		{"zhou", []string{"/"}},
	} {
		if err := b.call("Network.clearBrowserCookies", nil, nil); err != nil {
			t.Fatal(err)
		}
		b.resize(1440)
		p := &person{browser: b, base: base, lang: locale.Chinese, scripts: true, texts: texts}
		p.signsIn(one.name)
		for _, address := range refused {
			if b.act("return String((await fetch("+quoted(address)+")).status)") == "200" {
				if !strings.HasSuffix(strings.SplitN(address, "?", 2)[0], ".csv") {
					one.pages = append(one.pages, address)
				}
				refused = slices.DeleteFunc(slices.Clone(refused), func(a string) bool { return a == address })
			}
		}
		for _, address := range slices.Compact(one.pages) {
			lookTwice(t, b, axe, base, address)
		}
	}
	if len(refused) > 0 {
		t.Errorf("nobody may open %v", refused)
	}
}
