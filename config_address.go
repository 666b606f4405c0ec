package main

import (
	"net/netip"
	"net/url"
)

// checkAddress reads under which address readers reach the pages, and which proxies stand between.
func (c *config) checkAddress(f *faults) {
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.User != nil {
			f.add(nil, "url: %q is not the address of a site without a path; write https://jianfu.example.gov.cn", c.URL)
		} else {
			u.Path = ""
			c.address = u
		}
	}
	for _, text := range c.Proxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			var one netip.Addr
			if one, err = netip.ParseAddr(text); err == nil {
				network = netip.PrefixFrom(one, one.BitLen())
			}
		}
		if err != nil {
			f.add(nil, "proxies: %q is neither an address nor a network; write 127.0.0.1 or 10.0.0.0/8", text)
			continue
		}
		c.proxies = append(c.proxies, network)
	}
}

// encrypted says that readers reach the pages by TLS, which a proxy in front speaks.
func (c *config) encrypted() bool { return c.address != nil && c.address.Scheme == "https" }
