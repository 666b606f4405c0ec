package main

import (
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/notify"
)

// notifyConfig is the block "notify" of the configuration: who is told what waits for them. Nobody else can be told: mail goes to
// accounts, and a robot to the group of people who hold its role.
type notifyConfig struct {
	Digest string        `yaml:"digest"` // schedule; weekdays at nine unless given
	Quiet  string        `yaml:"quiet"`  // 20:00-08:00: nothing is sent
	Mail   *mailConfig   `yaml:"mail"`
	Robots []robotConfig `yaml:"robots"`

	quiet notify.Quiet
}

type mailConfig struct {
	Server   string `yaml:"server"` // host:port
	From     string `yaml:"from"`
	User     string `yaml:"user"`
	Password string `yaml:"password"` // as ${NAME} or file:PATH
	TLS      string `yaml:"tls"`      // starttls unless given, tls, or none for a server on this machine
}

type robotConfig struct {
	ID        string   `yaml:"id"`
	Kind      string   `yaml:"kind"`    // dingtalk, wecom, feishu
	Webhook   string   `yaml:"webhook"` // as ${NAME} or file:PATH: whoever knows it may post
	Secret    string   `yaml:"secret"`  // of the signature
	Role      string   `yaml:"role"`    // of those in the group
	Divisions []string `yaml:"divisions"`
	Systems   []string `yaml:"systems"`
	Language  string   `yaml:"language"`
}

// usualDigest is when people begin to work.
const usualDigest = "0 9 * * 1-5"

// mailChannel is the channel of mail; robots go by their ids.
const mailChannel = "mail"

func (n *notifyConfig) check(zone *time.Location, f *faults) {
	if n.Digest == "" {
		n.Digest = usualDigest
	}
	if _, err := cron.ParseStandard(n.Digest); err != nil {
		f.add(nil, "notify.digest: %q is not a schedule (%s); write %q", n.Digest, err, usualDigest)
	}
	var err error
	if n.quiet, err = notify.ParseQuiet(n.Quiet, zone); err != nil {
		f.add(nil, "notify.quiet: %s", err)
	}
	if n.Mail != nil {
		n.Mail.check(f)
	}
	seen := map[string]bool{mailChannel: true}
	for i, r := range n.Robots {
		if r.ID == "" || seen[r.ID] {
			f.add(nil, "notify.robots[%d].id: %q is empty, %q, or taken; give every robot a name of its own", i, r.ID, mailChannel)
		}
		seen[r.ID] = true
		r.check(i, f)
	}
}

func (m *mailConfig) check(f *faults) {
	host, _, err := net.SplitHostPort(m.Server)
	if err != nil {
		f.add(nil, "notify.mail.server: %q is not host:port; write smtp.example.gov.cn:587", m.Server)
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		f.add(nil, "notify.mail.from: %q is not an address; write 减负 <jianfu@example.gov.cn>", m.From)
	}
	switch {
	case !slices.Contains([]string{"", "starttls", "tls", "none"}, m.TLS):
		f.add(nil, "notify.mail.tls: %q is not one of starttls, tls, none", m.TLS)
	case m.TLS == "none" && err == nil && !loopback(host):
		f.add(nil, "notify.mail.tls: none is for a server on this machine; %s would be spoken to unencrypted", host)
	}
}

func (r robotConfig) check(i int, f *faults) {
	if !slices.Contains(notify.RobotKinds, r.Kind) {
		f.add(nil, "notify.robots[%d].kind: %q is not one of %s", i, r.Kind, strings.Join(notify.RobotKinds, ", "))
	}
	if u, err := url.Parse(r.Webhook); err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		f.add(nil, "notify.robots[%d].webhook: it is not an https address; take it from a file, e.g. webhook: file:robot.url", i)
	}
	switch role := access.Role(r.Role); {
	case !slices.Contains(access.Roles, role):
		f.add(nil, "notify.robots[%d].role: %q is not a role; robots post to groups of inspectors, leaders, owners, operators or auditors, never to the grassroots", i, r.Role)
	case (role == access.Inspector || role == access.Leader) && len(r.Divisions) == 0:
		f.add(nil, "notify.robots[%d].divisions: say which divisions the group looks after, or \"*\"", i)
	case role == access.Owner && len(r.Systems) == 0:
		f.add(nil, "notify.robots[%d].systems: say which systems the group answers for, or \"*\"", i)
	}
	if r.Language != "" && r.Language != "zh-CN" && r.Language != "en" {
		f.add(nil, "notify.robots[%d].language: %q is not one of zh-CN, en", i, r.Language)
	}
}

// principal is who reads the group, as far as rights go.
func (r robotConfig) principal() *access.Principal {
	return &access.Principal{Account: "robot:" + r.ID, Roles: []access.Role{access.Role(r.Role)}, Divisions: r.Divisions, Systems: r.Systems}
}

// channels are mail and the robots, by the name under which notices wait for them.
func (n *notifyConfig) channels() map[string]notify.Channel {
	out := map[string]notify.Channel{}
	if m := n.Mail; m != nil {
		out[mailChannel] = notify.Mail{Server: m.Server, From: m.From, User: m.User, Password: m.Password, TLS: m.TLS}
	}
	for _, r := range n.Robots {
		out[r.ID] = notify.Robot{Kind: r.Kind, Webhook: r.Webhook, Secret: r.Secret, Clock: time.Now, Client: &http.Client{Timeout: 20 * time.Second}}
	}
	return out
}
