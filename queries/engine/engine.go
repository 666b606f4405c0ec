package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
)

// ErrBusy is returned by Open when another live process owns the data folder; Dial reaches it.
var ErrBusy = errors.New("the data folder is in use by another process")

// sessions bounds how many statements run at once.
const sessions = 8

// Engine is ClickHouse in this process, over one data folder. One path may be open in a process.
type Engine struct {
	lib     *library
	path    string
	lock    *flock.Flock
	killer  *session // ends statements; open for the life of the engine, since closing the last connection stops ClickHouse
	killing sync.Mutex
	tags    atomic.Uint64
	free    chan *session
	server  *http.Server
	group   sync.WaitGroup
}

// Open locks the folder, starts ClickHouse on it and listens on the folder's Unix socket. It returns ErrBusy when another
// live process holds the folder: locks of dead processes are released by the operating system, and their sockets are
// replaced.
func Open(ctx context.Context, dir string) (*Engine, error) {
	library, err := Locate()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("unable to make the data folder: %w", err)
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("unable to name the data folder: %w", err)
	}
	lock := flock.New(filepath.Join(dir, "jianfu.lock"), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("unable to lock the data folder: %w", err)
	}
	if !held {
		return nil, ErrBusy
	}
	e := &Engine{path: filepath.Join(dir, "clickhouse"), lock: lock, free: make(chan *session, sessions)}
	if err := e.start(ctx, library, dir); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return e, nil
}

func (e *Engine) start(ctx context.Context, library, dir string) (err error) {
	if e.lib, err = load(library); err != nil {
		return err
	}
	if e.killer, err = e.connect(); err != nil {
		return err
	}
	for range sessions {
		e.free <- nil
	}
	socket, err := socketPath(dir)
	if err != nil {
		return err
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("unable to remove a stale socket: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", socket)
	if err != nil {
		return fmt.Errorf("unable to listen on the data folder's socket: %w", err)
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		return errors.Join(fmt.Errorf("unable to protect the data folder's socket: %w", err), listener.Close())
	}
	e.server = &http.Server{Handler: e, ReadHeaderTimeout: time.Minute}
	e.group.Go(func() { _ = e.server.Serve(listener) })
	return nil
}

// Close waits for running statements, stops listening and releases the folder.
func (e *Engine) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := e.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, e.server.Close())
	}
	e.group.Wait()
	for range sessions {
		if s := <-e.free; s != nil {
			s.close()
		}
	}
	e.killer.close()
	return errors.Join(err, e.lock.Unlock())
}

// Version is the version of ClickHouse in the library.
func (e *Engine) Version() string { return e.lib.version() }

func (e *Engine) connect() (*session, error) {
	arguments := []string{"clickhouse", "--path=" + e.path}
	argv := make([]*byte, len(arguments))
	var pin runtime.Pinner
	defer pin.Unpin()
	for i, a := range arguments {
		b := append([]byte(a), 0)
		pin.Pin(&b[0])
		argv[i] = &b[0]
	}
	pin.Pin(&argv[0])
	handle := e.lib.connect(int32(len(argv)), &argv[0])
	if handle == nil || *handle == 0 {
		return nil, fmt.Errorf("unable to start the embedded ClickHouse on %s: its reason is on standard error", e.path)
	}
	return &session{lib: e.lib, handle: handle}, nil
}

// acquire takes an idle session, or opens one while there are fewer than sessions.
func (e *Engine) acquire(ctx context.Context) (*session, error) {
	select {
	case s := <-e.free:
		if s != nil {
			return s, nil
		}
		s, err := e.connect()
		if err != nil {
			e.free <- nil
		}
		return s, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// execute runs a statement on a session of the pool. A session that could not be brought to the statement's settings, or
// that was made read-only (which cannot be taken back), is closed instead of reused.
func (e *Engine) execute(ctx context.Context, st statement, chunk func([]byte) error) error {
	s, err := e.acquire(ctx)
	if err != nil {
		return err
	}
	_, spent := st.settings["readonly"]
	if err = s.prepare(st); err == nil {
		err = e.run(ctx, s, st, chunk)
	} else {
		spent = true
	}
	if spent {
		s.close()
		s = nil
	}
	e.free <- s
	return err
}

// run executes the statement under a tag. The library cannot end a statement that computes for long, so when the context
// ends the tag is what KILL QUERY finds it by, from a connection kept for that.
func (e *Engine) run(ctx context.Context, s *session, st statement, chunk func([]byte) error) error {
	tag := fmt.Sprintf("/* jianfu %d */ ", e.tags.Add(1))
	st.query = tag + st.query
	done := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		select {
		case <-done:
			return
		case <-ctx.Done():
		}
		// The statement may not have reached ClickHouse yet, so it is looked for until it ends.
		for {
			e.killing.Lock()
			_ = e.killer.command("KILL QUERY WHERE startsWith(query, '" + tag + "') ASYNC")
			e.killing.Unlock()
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	err := s.run(ctx, st, chunk)
	close(done)
	watcher.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// socketPath is the place of the data folder's socket. Unix limits its length to about 100 bytes, so a deep folder has it
// in a private folder of the user's under the temporary folder instead.
func socketPath(dir string) (string, error) {
	path := filepath.Join(dir, "jianfu.sock")
	if len(path) < 100 {
		return path, nil
	}
	private := filepath.Join(os.TempDir(), fmt.Sprintf("jianfu-%d", os.Getuid()))
	if err := os.MkdirAll(private, 0o700); err != nil {
		return "", fmt.Errorf("unable to make a folder for the socket: %w", err)
	}
	info, err := os.Lstat(private)
	if err != nil {
		return "", fmt.Errorf("unable to look at the folder for the socket: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("unable to use %s for the socket: it must be a folder with mode 0700", private)
	}
	return filepath.Join(private, hashName(dir)+".sock"), nil
}
