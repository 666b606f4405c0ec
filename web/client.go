package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// client is the address that a request comes from: the last hop that is not one of the trusted proxies. What others say of
// themselves in X-Forwarded-For is never believed, so that nobody escapes the throttle or lays a false trail.
func (s *server) client(r *http.Request) string {
	address := hostOf(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(address); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop.Unmap().WithZone("").String()
	}
	return address
}

func (s *server) trusted(address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, p := range s.Proxies {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// secure says that cookies travel by TLS alone: the service speaks it, or the proxy in front does.
func (s *server) secure(r *http.Request) bool {
	return r.TLS != nil || s.Address != nil && s.Address.Scheme == "https"
}
