package accesslog

import (
	"bytes"
	"net/netip"
	"net/url"

	"github.com/jianfu/jianfu/collector"
)

// caller is who a request came from.
type caller struct {
	actor  uint64
	named  bool // by a user name
	vendor bool // maintains the system
}

// callerOf identifies the one who acts by the configured trait. Only the keyed hash leaves this function.
func (s *settings) callerOf(p *collector.Pseudonymizer, address, user, header, cookie []byte) *caller {
	c := &caller{named: len(user) > 0}
	c.vendor = s.isVendor(address, user)
	machine := string(address)
	if s.Actor != "ip" && len(header) > 0 {
		machine += " " + string(header)
	}
	identity := machine
	switch {
	case s.Actor == "user", s.Actor == "auto" && len(user) > 0:
		identity = string(user)
	case s.cookie != "":
		if value := cookieValue(cookie, s.cookie); value != "" {
			identity = value
		} else if len(user) > 0 {
			identity = string(user)
		}
	}
	c.actor = p.Hash(identity)
	return c
}

func (s *settings) isVendor(address, user []byte) bool {
	if s.vendors[string(user)] || len(user) > 0 && collector.IsMaintainer(string(user)) {
		return true
	}
	if len(s.networks) == 0 {
		return false
	}
	addr, err := netip.ParseAddr(string(address))
	if err != nil {
		return false
	}
	for _, network := range s.networks {
		if network.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// cookieValue finds a cookie in a Cookie header.
func cookieValue(header []byte, name string) string {
	for part := range bytes.SplitSeq(header, []byte(";")) {
		key, value, ok := bytes.Cut(bytes.TrimSpace(part), []byte("="))
		if ok && string(bytes.TrimLeft(key, "+ ")) == name {
			return string(value)
		}
	}
	return ""
}

// parameterBytes bounds the codes that are taken from query parameters.
const parameterBytes = 64

// parameter finds the first of the names in a query. A value that is no code of letters, digits and -_. counts as absent,
// because whoever sends requests chooses it.
func parameter(query []byte, names []string) string {
	for part := range bytes.SplitSeq(query, []byte("&")) {
		key, value, _ := bytes.Cut(part, []byte("="))
		for _, name := range names {
			if string(key) != name || len(value) == 0 || len(value) > parameterBytes*3 {
				continue
			}
			text, err := url.QueryUnescape(string(value))
			if err == nil && len(text) <= parameterBytes && isCode(text) {
				return text
			}
		}
	}
	return ""
}

func isCode(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return text != ""
}
