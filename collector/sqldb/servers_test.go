package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// database is an upstream of the tests: a real server, or a file.
type database struct {
	driver string
	dsn    string
	admin  *sql.DB
}

var (
	running  []*exec.Cmd // servers of this test binary
	folders  []string
	servers  = map[string]*database{}
	tableSeq atomic.Int64
)

// TestMain stops the servers before it looks for goroutines that were left behind, so that none has to be excused.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, db := range servers {
		if err := db.admin.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	for _, cmd := range running {
		stop(cmd)
	}
	for _, folder := range folders {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGQUIT) // PostgreSQL leaves at once
	if strings.Contains(cmd.Path, "mariadb") {
		_ = cmd.Process.Kill() // its data is thrown away
	}
	_ = cmd.Wait() // it was killed: the state tells nothing
}

// missing skips a test whose server is not installed, and fails it where everything must be.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed", what)
	}
	t.Skipf("%s is not installed", what)
}

// each runs a test on the three databases.
func each(t *testing.T, test func(t *testing.T, db *database)) {
	t.Helper()
	for _, driver := range []string{"sqlite", "postgres", "mysql"} {
		t.Run(driver, func(t *testing.T) { test(t, open(t, driver)) })
	}
}

func open(t testing.TB, driver string) *database {
	t.Helper()
	if driver == "sqlite" {
		path := filepath.Join(t.TempDir(), "upstream.db")
		admin, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = admin.Close() })
		db := &database{driver, path, admin}
		db.exec(t, "PRAGMA journal_mode = WAL")
		return db
	}
	if servers[driver] == nil {
		servers[driver] = map[string]func(testing.TB) *database{"postgres": startPostgres, "mysql": startMariaDB}[driver](t)
	}
	return servers[driver]
}

func temporary(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "sqldb")
	if err != nil {
		t.Fatal(err)
	}
	folders = append(folders, folder)
	return folder
}

// start runs a server and waits until it answers.
func start(t testing.TB, driver, open, dsn string, cmd *exec.Cmd) *database {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	running = append(running, cmd)
	admin, err := sql.Open(open, dsn)
	if err != nil {
		t.Fatal(err)
	}
	admin.SetMaxIdleConns(0) // goleak sees no idle connection
	for range 300 {
		if err = admin.PingContext(context.Background()); err == nil {
			return &database{driver, dsn, admin}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not answer: %v", driver, err)
	return nil
}

func startPostgres(t testing.TB) *database {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		missing(t, "PostgreSQL")
	}
	bin, folder := filepath.Dir(found[len(found)-1]), temporary(t)
	as := credential(t, folder)
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir, cmd.SysProcAttr = folder, as
		cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin"}
		return cmd
	}
	data := filepath.Join(folder, "data")
	if text, err := run("initdb", "-D", data, "-U", "jianfu", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	server := run("postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off")
	return start(t, "postgres", "pgx", "host="+folder+" user=jianfu dbname=postgres", server)
}

// credential makes a folder the user's whom the server runs as, because PostgreSQL refuses to run as root.
func credential(t testing.TB, folder string) *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		missing(t, "the user postgres")
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2, os.Chown(folder, uid, gid)); err != nil {
		t.Fatal(err)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func startMariaDB(t testing.TB) *database {
	const server = "/usr/sbin/mariadbd"
	install, err := exec.LookPath("mariadb-install-db")
	if _, e := os.Stat(server); e != nil || err != nil {
		missing(t, "MariaDB")
	}
	folder := temporary(t)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	data, socket := filepath.Join(folder, "data"), filepath.Join(folder, "s")
	text, err := exec.Command(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--user="+me.Username).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	cmd := exec.Command(server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--pid-file="+filepath.Join(folder, "pid"),
		"--skip-networking", "--user="+me.Username, "--innodb-flush-log-at-trx-commit=0", "--sql-mode=")
	return start(t, "mysql", "mysql", "root@unix("+socket+")/mysql", cmd)
}

func (db *database) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	if db.driver == "postgres" {
		for i := 1; strings.Contains(statement, "?"); i++ {
			statement = strings.Replace(statement, "?", "$"+strconv.Itoa(i), 1)
		}
	}
	if _, err := db.admin.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// table creates a table of reports and returns its name. The type of each column differs by database, its meaning not.
func (db *database) table(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("reports_%d", tableSeq.Add(1))
	types := map[string][]string{
		"sqlite":   {"INTEGER PRIMARY KEY", "DATETIME", "TEXT", "NUMERIC"},
		"postgres": {"BIGINT PRIMARY KEY", "TIMESTAMP(6)", "TEXT", "NUMERIC(12,2)"},
		"mysql":    {"BIGINT PRIMARY KEY", "DATETIME(6)", "VARCHAR(200)", "DECIMAL(12,2)"},
	}[db.driver]
	db.exec(t, fmt.Sprintf("CREATE TABLE %s (id %s, changed %s, village %s, households %s)", name, types[0], types[1], types[2], types[3]))
	t.Cleanup(func() { db.exec(t, "DROP TABLE "+name) })
	return name
}

// insert writes rows id by id, all with one watermark.
func (db *database) insert(t testing.TB, table, changed string, ids ...int) {
	t.Helper()
	var watermark any = changed
	if changed == "" {
		watermark = nil
	}
	for _, id := range ids {
		db.exec(t, "INSERT INTO "+table+" (id, changed, village, households) VALUES (?, ?, ?, ?)",
			id, watermark, fmt.Sprintf("v%d", id%7), strconv.Itoa(id)+".5")
	}
}
