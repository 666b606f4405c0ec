package web

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientBehindProxies(t *testing.T) {
	s := &server{Options: Options{Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, one := range []struct{ from, forwarded, want string }{
		{"192.0.2.7:4000", "", "192.0.2.7"},
		{"192.0.2.7:4000", "198.51.100.1", "192.0.2.7"}, // nobody's word but a proxy's
		{"127.0.0.1:4000", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:4000", "203.0.113.9, 198.51.100.1, 10.1.2.3", "198.51.100.1"}, // what the reader added is not believed
		{"127.0.0.1:4000", "nonsense", "127.0.0.1"},
		{"127.0.0.1:4000", "203.0.113.9, nonsense, 10.1.2.3", "10.1.2.3"},
		{"127.0.0.1:4000", "::ffff:198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:4000", "", "127.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = one.from
		if one.forwarded != "" {
			r.Header.Set("X-Forwarded-For", one.forwarded)
		}
		if got := s.client(r); got != one.want {
			t.Errorf("from %s forwarded for %q: %s, want %s", one.from, one.forwarded, got, one.want)
		}
	}
}
