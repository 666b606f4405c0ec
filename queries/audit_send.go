package queries

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// auditSender carries anchors to another machine, where whoever rules this one cannot change them. It never keeps anybody
// waiting: what cannot be sent is sent again, and of too many lines the newest are kept, since each stands for all before it.
type auditSender struct {
	deliver func(ctx context.Context, lines []string) error
	failed  func(error)
	mutex   sync.Mutex
	lines   []string
	more    chan struct{}
	quit    chan struct{}
	ended   chan struct{}
}

const (
	mostUnsent   = 10_000 // lines kept while the other machine is away
	mostInOne    = 500    // lines of one delivery
	patienceSend = 10 * time.Second
	patienceStop = 3 * time.Second
)

func newAuditSender(address string, failed func(error)) (*auditSender, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("unable to send anchors of the audit trail to %q: it is not an address such as https://host/path, udp://host:514 or tcp://host:601", address)
	}
	s := &auditSender{failed: failed, more: make(chan struct{}, 1), quit: make(chan struct{}), ended: make(chan struct{})}
	switch u.Scheme {
	case "http", "https":
		s.deliver = webhook(address)
	case "udp", "tcp":
		s.deliver = syslog(u.Scheme, u.Host)
	default:
		return nil, fmt.Errorf("unable to send anchors of the audit trail by %s; there are https, http, udp and tcp", u.Scheme)
	}
	if s.failed == nil {
		s.failed = func(error) {}
	}
	return s, nil
}

// send takes a line to be delivered and returns at once.
func (s *auditSender) send(line string) {
	s.mutex.Lock()
	s.lines = append(s.lines, line)
	if over := len(s.lines) - mostUnsent; over > 0 {
		s.lines = append(s.lines[:0], s.lines[over:]...)
	}
	s.mutex.Unlock()
	select {
	case s.more <- struct{}{}:
	default: // a delivery is due already
	}
}

// next gives the oldest lines that were not delivered.
func (s *auditSender) next() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string(nil), s.lines[:min(len(s.lines), mostInOne)]...)
}

// delivered forgets lines up to one; those of them that made room for newer ones are gone already.
func (s *auditSender) delivered(lines []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for i, line := range s.lines {
		if line == lines[len(lines)-1] {
			s.lines = append([]string(nil), s.lines[i+1:]...)
			return
		}
	}
}

func (s *auditSender) start() {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-s.quit
		cancel()
	}()
	go func() {
		defer close(s.ended)
		wait := backoff.NewExponentialBackOff()
		wait.InitialInterval, wait.MaxInterval = time.Second, 5*time.Minute
		for {
			select {
			case <-s.quit:
				s.last()
				return
			case <-s.more:
			}
			for lines := s.next(); len(lines) > 0; lines = s.next() {
				err := s.try(ctx, lines, patienceSend)
				if err == nil {
					s.delivered(lines)
					wait.Reset()
					continue
				}
				if ctx.Err() == nil {
					s.failed(err)
				}
				select {
				case <-s.quit:
					s.last()
					return
				case <-time.After(wait.NextBackOff()):
				}
			}
		}
	}()
}

// last tries once more to deliver what is left.
func (s *auditSender) last() {
	for lines := s.next(); len(lines) > 0; lines = s.next() {
		if err := s.try(context.Background(), lines, patienceStop); err != nil {
			s.failed(err)
			return
		}
		s.delivered(lines)
	}
}

func (s *auditSender) try(ctx context.Context, lines []string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.deliver(ctx, lines); err != nil {
		return fmt.Errorf("unable to send anchors of the audit trail: %w", err)
	}
	return nil
}

func (s *auditSender) stop() {
	close(s.quit)
	<-s.ended
}

// webhook posts {"anchors": [line, …]}. Any status of 200 to 299 means that they were kept.
func webhook(address string) func(context.Context, []string) error {
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}}
	return func(ctx context.Context, lines []string) error {
		body, err := json.Marshal(map[string][]string{"anchors": lines})
		if err != nil {
			return err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode < 200 || answer.StatusCode > 299 {
			return fmt.Errorf("the webhook answered %s", answer.Status)
		}
		return nil
	}
}

// syslog sends messages of RFC 5424: one a datagram over UDP (RFC 5426), with counted octets over TCP (RFC 6587, 3.4.1). The
// priority is facility 13 (log audit), severity 5 (notice).
func syslog(network, host string) func(context.Context, []string) error {
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "-"
	}
	return func(ctx context.Context, lines []string) error {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, host)
		if err != nil {
			return err
		}
		defer conn.Close()
		if end, ok := ctx.Deadline(); ok {
			if err := conn.SetDeadline(end); err != nil {
				return err
			}
		}
		for _, line := range lines {
			text := fmt.Sprintf("<109>1 %s %s jianfu %d audit - %s", time.Now().UTC().Format(anchorTime), name, os.Getpid(), line)
			if network == "tcp" {
				text = fmt.Sprintf("%d %s", len(text), text)
			}
			if _, err := conn.Write([]byte(text)); err != nil {
				return err
			}
		}
		return nil
	}
}
