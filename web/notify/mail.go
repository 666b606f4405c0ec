package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Mail sends plain text by SMTP (RFC 5321): with STARTTLS unless TLS says otherwise.
type Mail struct {
	Server         string // host:port
	From           string // 减负 <jianfu@example.gov.cn>
	User, Password string // of the server; no authentication where User is empty
	TLS            string // starttls, tls (from the first byte), or none on this machine
	Roots          *x509.CertPool
}

// PerMinute is what mail servers usually accept of one sender.
func (m Mail) PerMinute() int { return 60 }

// Send hands one message to the mail server.
func (m Mail) Send(ctx context.Context, recipient string, message Message) error {
	out := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := out.From(m.From); err != nil {
		return permanent(fmt.Errorf("unable to send mail from %q: %w", m.From, err))
	}
	if err := out.To(recipient); err != nil {
		return permanent(fmt.Errorf("unable to send mail to this address: %w", err))
	}
	host, _, _ := strings.Cut(m.Server, ":")
	out.SetMessageIDWithValue(message.ID + "@" + host)
	out.SetDate()
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence answers it
	out.Subject(message.Subject)
	out.SetBodyString(mail.TypeTextPlain, message.Plain())
	client, err := m.client()
	if err != nil {
		return permanent(err)
	}
	err = client.DialAndSendWithContext(ctx, out)
	var refused *mail.SendError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500:
		return permanent(fmt.Errorf("the mail server refuses: %w", err))
	}
	return fmt.Errorf("unable to hand mail to %s: %w", m.Server, err)
}

func (m Mail) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(m.Server)
	if err != nil {
		return nil, fmt.Errorf("unable to read the address of the mail server: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("unable to read the port of the mail server: %w", err)
	}
	options := []mail.Option{
		mail.WithTimeout(30 * time.Second), mail.WithPort(number), mail.WithHELO("jianfu"),
		mail.WithTLSConfig(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: m.Roots}),
	}
	switch m.TLS {
	case "tls":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if m.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.User), mail.WithPassword(m.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, fmt.Errorf("unable to speak to the mail server %s: %w", m.Server, err)
	}
	return client, nil
}

// Plain is the message as text.
func (m Message) Plain() string {
	var b strings.Builder
	for _, l := range m.Lines {
		b.WriteString("· " + l.Text + "\n")
		if l.Address != "" {
			b.WriteString("  " + l.Address + "\n")
		}
	}
	if m.Footer != "" {
		b.WriteString("\n" + m.Footer + "\n")
	}
	return b.String()
}
