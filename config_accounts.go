package main

import (
	"net/netip"
	"net/url"
	"time"

	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/account"
)

// accountConfig is the block "accounts" of the configuration: how long sessions last, and where else people may sign in.
type accountConfig struct {
	Idle     string     `yaml:"idle"`     // after which an unused session ends; 30m unless given
	Absolute string     `yaml:"absolute"` // after which every session ends; 12h unless given
	OIDC     oidcConfig `yaml:"oidc"`

	idle, absolute time.Duration
}

func (a *accountConfig) check(address *url.URL, f *faults) {
	span := func(key, text string, usual, least, most time.Duration) time.Duration {
		if text == "" {
			return usual
		}
		d, err := time.ParseDuration(text)
		if err != nil || d < least || d > most {
			f.add(nil, "accounts.%s: %q is not a time from %s to %s; write %s", key, text, least, most, usual)
		}
		return d
	}
	a.idle = span("idle", a.Idle, 30*time.Minute, time.Minute, 24*time.Hour)
	a.absolute = span("absolute", a.Absolute, 12*time.Hour, 5*time.Minute, 7*24*time.Hour)
	a.OIDC.check(address, f)
}

// oidcConfig is an identity provider of OpenID Connect, at which this service is registered as a client.
type oidcConfig struct {
	Issuer       string `yaml:"issuer"`
	ClientID     string `yaml:"client_id"`
	ClientSecret string `yaml:"client_secret"` // as ${NAME} or file:PATH
	Claim        string `yaml:"claim"`         // by which accounts are found; sub unless given
	Label        string `yaml:"label"`         // what people call the provider

	redirect string
}

func (o *oidcConfig) check(address *url.URL, f *faults) {
	if *o == (oidcConfig{}) {
		return
	}
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		f.add(nil, "accounts.oidc.issuer: %q is not the https address of an identity provider; write https://id.example.gov.cn", o.Issuer)
		return
	}
	if o.ClientID == "" || o.ClientSecret == "" {
		f.add(nil, "accounts.oidc: client_id and client_secret are those that the identity provider gave this service; write client_secret: file:oidc.secret")
	}
	if o.Label == "" {
		o.Label = u.Hostname()
	}
	if address == nil {
		f.add(nil, "accounts.oidc: the provider sends people back to an address; say it with url: https://jianfu.example.gov.cn")
		return
	}
	o.redirect = address.JoinPath(web.CallbackPath).String()
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (o *oidcConfig) options() account.ProviderOptions {
	return account.ProviderOptions{Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret, Redirect: o.redirect, Claim: o.Claim, Label: o.Label}
}

// provider is where people may sign in instead; nil for none.
func (a *accountConfig) provider() *account.Provider {
	if a.OIDC.Issuer == "" {
		return nil
	}
	return account.NewProvider(a.OIDC.options())
}
