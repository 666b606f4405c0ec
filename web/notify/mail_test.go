package notify_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/jianfu/jianfu/web/notify"
)

// postOffice is a mail server on loopback that keeps what it takes.
type postOffice struct {
	user, password string
	refuse         *smtp.SMTPError // to every recipient
	from, to       string
	letters        []string
	encrypted      bool
}

func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, p.encrypted = c.TLSConnectionState()
	return &counter{p: p}, nil
}

// counter is one conversation with the post office.
type counter struct {
	p  *postOffice
	in bool
}

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if c.in = user == c.p.user && password == c.p.password; !c.in {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (c *counter) Mail(from string, _ *smtp.MailOptions) error {
	if c.p.user != "" && !c.in {
		return smtp.ErrAuthRequired
	}
	c.p.from = from
	return nil
}

func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	if c.p.refuse != nil {
		return c.p.refuse
	}
	c.p.to = to
	return nil
}

func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	c.p.letters = append(c.p.letters, string(raw))
	return err
}
func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }

// openPostOffice listens with a certificate of its own, and gives the address and who vouches for it.
func openPostOffice(t *testing.T, p *postOffice, wrapped bool) (string, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	server := smtp.NewServer(p)
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
	server.ErrorLog = quiet{}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if wrapped {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	t.Cleanup(func() { _, _ = server.Close(), listener.Close(); <-done })
	return listener.Addr().String(), roots
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func TestMailThroughARealConversation(t *testing.T) {
	for _, mode := range []string{"starttls", "tls"} {
		t.Run(mode, func(t *testing.T) {
			p := &postOffice{user: "jianfu", password: "a password"}
			address, roots := openPostOffice(t, p, mode == "tls")
			m := notify.Mail{Server: address, From: "减负 <jianfu@example.gov.cn>", User: "jianfu", Password: "a password", TLS: mode, Roots: roots}
			if err := m.Send(t.Context(), "wang@example.gov.cn", message()); err != nil {
				t.Fatal(err)
			}
			if len(p.letters) != 1 || !p.encrypted || p.from != "jianfu@example.gov.cn" || p.to != "wang@example.gov.cn" {
				t.Fatalf("%+v", p)
			}
			letter, err := mail.ReadMessage(strings.NewReader(p.letters[0]))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := (&mime.WordDecoder{}).DecodeHeader(letter.Header.Get("Subject"))
			if err != nil || subject != message().Subject || letter.Header.Get("Auto-Submitted") != "auto-generated" || !strings.HasPrefix(letter.Header.Get("Message-Id"), "<abc@") {
				t.Errorf("%q %v %v", subject, letter.Header, err)
			}
			body, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
			if err != nil || !strings.Contains(string(body), "https://jianfu.example/retirements/smart") || !strings.Contains(string(body), "请登录后查看。") {
				t.Errorf("%s %v", body, err)
			}
		})
	}
}

func TestMailIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		refuse    *smtp.SMTPError
		change    func(m *notify.Mail)
		to        string
		permanent bool
	}{
		"nobody there":     {refuse: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}, permanent: true},
		"mailbox is full":  {refuse: &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}},
		"wrong password":   {change: func(m *notify.Mail) { m.Password = "another" }},
		"unknown issuer":   {change: func(m *notify.Mail) { m.Roots = x509.NewCertPool() }},
		"server is away":   {change: func(m *notify.Mail) { m.Server = "127.0.0.1:1" }},
		"not an address":   {to: "wang", permanent: true},
		"header injection": {to: "wang@example.gov.cn\r\nBcc: village@example.gov.cn", permanent: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := &postOffice{user: "jianfu", password: "a password", refuse: c.refuse}
			address, roots := openPostOffice(t, p, false)
			m := notify.Mail{Server: address, From: "jianfu@example.gov.cn", User: "jianfu", Password: "a password", Roots: roots}
			if c.change != nil {
				c.change(&m)
			}
			to := c.to
			if to == "" {
				to = "wang@example.gov.cn"
			}
			err := m.Send(t.Context(), to, message())
			if err == nil || errors.Is(err, notify.ErrPermanent) != c.permanent || len(p.letters) != 0 || strings.Contains(err.Error(), "a password") {
				t.Errorf("%v, %d letters", err, len(p.letters))
			}
		})
	}
}
