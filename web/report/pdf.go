package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrNoBrowser says that no browser of this machine can print.
var ErrNoBrowser = errors.New("no Chromium, Chrome or Edge of version 131 or later is on the PATH; write .html and print it from any browser, or install Chromium")

// browsers are the names under which browsers of Chromium's family are installed.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "microsoft-edge-stable"}

// oldest is the first version of Chromium that writes into the margins of pages, where the page numbers stand
// (https://developer.chrome.com/blog/print-margins).
const oldest = 131

// patience is how long a browser may take.
const patience = 2 * time.Minute

// Printer makes PDFs with a browser of this machine, a few at a time, because each browser takes a processor and some hundred
// megabytes.
type Printer struct{ turn chan struct{} }

// NewPrinter makes a printer that runs at most two browsers at once.
func NewPrinter() *Printer { return &Printer{turn: make(chan struct{}, 2)} }

// PDF prints a page that needs no other file. The browser has a profile of its own and reaches no network, and the page forbids itself everything but its styles; the browser
// and all that it started have ended when PDF returns. Errors: ErrNoBrowser, the context's, or what the browser said.
func (p *Printer) PDF(ctx context.Context, w io.Writer, html []byte) (err error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return fmt.Errorf("unable to print: %w", ctx.Err())
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	browser, err := findBrowser(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "jianfu-print-")
	if err != nil {
		return fmt.Errorf("unable to print: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	source, target := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(source, html, 0o600); err != nil {
		return fmt.Errorf("unable to print: %w", err)
	}
	flags := []string{
		"--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--disable-breakpad", "--disable-crash-reporter", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--generate-pdf-document-outline",
		"--print-to-pdf=" + target,
	}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox") // Chromium's sandbox refuses to run as root
	}
	if said, err := run(ctx, browser, append(flags, "file://"+source)...); err != nil {
		return fmt.Errorf("unable to print with %s: %w: %s", browser, err, lastLine(said))
	}
	pdf, err := os.Open(target)
	if err != nil {
		return fmt.Errorf("unable to print with %s: %w", browser, err)
	}
	defer func() { err = errors.Join(err, pdf.Close()) }()
	if _, err := io.Copy(w, pdf); err != nil {
		return fmt.Errorf("unable to write the PDF: %w", err)
	}
	return nil
}

var version = regexp.MustCompile(`(\d+)\.\d+\.\d+`)

// findBrowser is the first browser on the PATH that is new enough.
func findBrowser(ctx context.Context) (string, error) {
	for _, name := range browsers {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		said, err := run(ctx, path, "--version")
		if ctx.Err() != nil {
			return "", fmt.Errorf("unable to print: %w", ctx.Err())
		}
		if number := version.FindStringSubmatch(said); err == nil && number != nil {
			if major, err := strconv.Atoi(number[1]); err == nil && major >= oldest {
				return path, nil
			}
		}
	}
	return "", ErrNoBrowser
}

// run runs a program with everything that it starts in a group of its own, and ends the group when the program or the context
// has ended. It gives what the program said.
func run(ctx context.Context, program string, arguments ...string) (string, error) {
	c := exec.CommandContext(ctx, program, arguments...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		return "", err
	}
	err := c.Wait()
	// What outlives the program has no work left; that there is none is the usual case.
	if kill := syscall.Kill(-c.Process.Pid, syscall.SIGKILL); kill != nil && !errors.Is(kill, syscall.ESRCH) {
		err = errors.Join(err, kill)
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return said.String(), err
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// PDF writes a report as a PDF with its page numbers, its outline and its fonts.
func PDF(ctx context.Context, w io.Writer, d *Data, o Options, p *Printer) error {
	var html bytes.Buffer
	if err := HTML(&html, d, o); err != nil {
		return err
	}
	return p.PDF(ctx, w, html.Bytes())
}
