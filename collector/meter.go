package collector

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// NewMeters shows progress on w: a bar where w is a terminal, and a plain line every ten seconds elsewhere.
func NewMeters(w io.Writer) func(id string) Meter {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return func(id string) Meter { return &barMeter{w: w, id: id} }
	}
	return func(id string) Meter { return &lineMeter{w: w, id: id, last: time.Now()} }
}

type barMeter struct {
	w     io.Writer
	id    string
	mutex sync.Mutex
	bar   *progressbar.ProgressBar
}

func (m *barMeter) Set(done, total int64) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if total <= 0 {
		total = -1
	}
	if m.bar == nil {
		m.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(m.w), progressbar.OptionSetDescription(m.id),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	if total != m.bar.GetMax64() {
		m.bar.ChangeMax64(total)
	}
	_ = m.bar.Set64(done) // a terminal that went away is no reason to stop collecting
}

func (m *barMeter) Done() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}

type lineMeter struct {
	w     io.Writer
	id    string
	mutex sync.Mutex
	last  time.Time
}

func (m *lineMeter) Set(done, total int64) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if time.Since(m.last) < 10*time.Second {
		return
	}
	m.last = time.Now()
	if total > 0 {
		fmt.Fprintf(m.w, "%s: %d of %d (%d %%)\n", m.id, done, total, 100*done/total)
		return
	}
	fmt.Fprintf(m.w, "%s: %d\n", m.id, done)
}

func (m *lineMeter) Done() {}
