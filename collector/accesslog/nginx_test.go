package accesslog

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nginx is a real server on loopback, with its logs in several formats.
type nginx struct {
	t       *testing.T
	folder  string
	address string
	process *os.Process
}

const nginxConfig = `
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
worker_processes 1;
events { worker_connections 64; }
http {
	access_log %[1]s/access.log;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	log_format lines escape=json '{"time_iso8601":"$time_iso8601","remote_addr":"$remote_addr","remote_user":"$remote_user","http_host":"$http_host",'
		'"request_method":"$request_method","request_uri":"$request_uri","status":"$status","request_time":"$request_time","http_user_agent":"$http_user_agent"}';
	log_format vhost '$host:$server_port $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" $request_time';
	server {
		listen %[2]s;
		access_log %[1]s/access.log combined;
		access_log %[1]s/access.json lines;
		access_log %[1]s/vhost.log vhost;
		location / { return 200 "ok"; }
		location /missing { return 404; }
	}
}
`

func startNginx(t *testing.T) *nginx {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/nginx")
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("nginx is not installed")
		}
		t.Skip("nginx is not installed")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &nginx{t: t, folder: t.TempDir(), address: listener.Addr().String()}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(n.folder, "nginx.conf")
	text := fmt.Sprintf(nginxConfig, n.folder, n.address)
	if os.Geteuid() == 0 {
		text = "user root;\n" + text // the folders of tests are closed to all others
	}
	write(t, config, []byte(text))
	var output bytes.Buffer
	command := exec.Command(program, "-p", n.folder, "-c", config)
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	n.process = command.Process
	t.Cleanup(func() {
		if err := n.process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := command.Wait(); err != nil {
			t.Errorf("nginx: %v: %s", err, output.String())
		}
	})
	n.until("nginx answers", func() bool {
		c, err := net.Dial("tcp", n.address)
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
	return n
}

// until waits for something that the server does in its own time.
func (n *nginx) until(what string, done func() bool) {
	n.t.Helper()
	for range 500 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	n.t.Fatalf("waited in vain until %s", what)
}

func (n *nginx) request(method, path string, header map[string]string) {
	n.t.Helper()
	request, err := http.NewRequestWithContext(n.t.Context(), method, "http://"+n.address+path, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	request.Header.Set("User-Agent", browser)
	for key, value := range header {
		request.Header.Set(key, value)
	}
	if host := header["Host"]; host != "" {
		request.Host = host
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		n.t.Fatal(err)
	}
}

func (n *nginx) lines(name string) int {
	text, err := os.ReadFile(filepath.Join(n.folder, name))
	if err != nil {
		return 0
	}
	return bytes.Count(text, []byte("\n"))
}

// TestNginx requests pages of a real nginx, rotates its logs by renaming and SIGUSR1, packs them, and collects all along.
func TestNginx(t *testing.T) {
	n := startNginx(t)
	path := filepath.Join(n.folder, "access.log")
	m, got := &memory{}, []event(nil)
	collectNow := func() {
		t.Helper()
		m = m.restart()
		collect(t, sourceOf(t, "{path: '"+path+"*', system: portal, map: [{path: '^/e/(?P<form>.+)$'}]}"), m)
		if len(m.rejected) > 0 {
			t.Fatalf("rejected %+v", m.rejected)
		}
		got = append(got, m.events...)
	}
	next := 0
	hits := func(count int) {
		want := n.lines("access.log") + count
		for range count {
			n.request("GET", fmt.Sprintf("/e/%d", next), nil)
			next++
		}
		n.until("the log is written", func() bool { return n.lines("access.log") == want })
	}
	hits(5)
	collectNow()
	hits(4) // not collected before the rotation
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	collectNow()
	n.request("GET", fmt.Sprintf("/e/%d", next), nil) // still goes to the renamed file
	next++
	n.until("the renamed log is written", func() bool { return n.lines("access.log.1") == 10 })
	if err := n.process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	n.until("the log is opened again", func() bool { _, err := os.Stat(path); return err == nil })
	hits(3)
	rotated, err := os.ReadFile(path + ".1")
	if err != nil {
		t.Fatal(err)
	}
	write(t, path+".2.gz", zipped(t, rotated))
	if err := os.Remove(path + ".1"); err != nil {
		t.Fatal(err)
	}
	collectNow()
	collectNow()
	var forms []string
	for _, e := range got {
		forms = append(forms, e.Form)
		if e.Status != 200 || e.Client != "chrome" || time.Since(e.Time) > time.Minute || e.Traffic != "business" {
			t.Errorf("%+v", e)
		}
	}
	slices.Sort(forms)
	if want := slices.Sorted(slices.Values(strings.Fields(numbers(0, next)))); !slices.Equal(forms, want) {
		t.Errorf("stored %v, requested %v", forms, want)
	}
}

// TestNginxFormats compares what three formats of the same requests amount to.
func TestNginxFormats(t *testing.T) {
	n := startNginx(t)
	n.request("GET", "/form/17?orgCode=330102001", map[string]string{"Host": "forms.example.com"})
	n.request("POST", "/form/17/submit", map[string]string{"Host": "forms.example.com"})
	n.request("GET", "/missing/"+strings.Repeat("%E6%8A%A5", 2), nil)
	n.request("GET", "/style.css", map[string]string{"User-Agent": `odd "quoted" \ agent`})
	n.request("GET", "/", map[string]string{"Authorization": "Basic emhhbmc6eA=="}) // zhang
	n.request("GET", "/", map[string]string{"X-Forwarded-For": "203.0.113.7"})
	c, err := net.Dial("tcp", n.address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("\x16\x03\x01\x02\x00\x01\n\n")); err != nil { // TLS to a plain port
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	n.until("the logs are written", func() bool {
		return n.lines("access.log") == 7 && n.lines("access.json") == 7 && n.lines("vhost.log") == 7
	})
	of := func(name, rest string) []event {
		m := &memory{}
		collect(t, sourceOf(t, "{path: '"+filepath.Join(n.folder, name)+"', system: portal, params: {unit: orgCode}"+rest+"}"), m)
		if len(m.rejected) > 0 || len(m.events) != 7 {
			t.Fatalf("%s: %d events, rejected %+v", name, len(m.events), m.rejected)
		}
		return m.events
	}
	plain, lines := of("access.log", ""), of("access.json", "")
	hosts := of("vhost.log", ", map: [{host: forms.example.com, system: forms}]")
	for i, e := range plain {
		for name, other := range map[string]event{"json": lines[i], "vhost": hosts[i]} {
			if name == "vhost" && i == 5 && other.Actor == e.Actor {
				t.Error("the forwarded address made no difference")
			}
			if e.Object != other.Object || e.Status != other.Status || e.Action != other.Action || e.Unit != other.Unit ||
				e.Traffic != other.Traffic || e.Client != other.Client || e.Time.Sub(other.Time).Abs() > time.Second {
				t.Errorf("combined %+v\n%s %+v", e, name, other)
			}
		}
	}
	if hosts[0].System != "forms" || hosts[1].System != "forms" || hosts[2].System != "portal" {
		t.Errorf("hosts: %s %s %s", hosts[0].System, hosts[1].System, hosts[2].System)
	}
	if e := plain[1]; e.Action != "submit" || e.Object != "/form/{id}/submit" {
		t.Errorf("%+v", e)
	}
	if e := plain[0]; e.Unit != "330102001" {
		t.Errorf("%+v", e)
	}
	if e := plain[2]; e.Status != 404 || e.Object != "/missing/报报" {
		t.Errorf("%+v", e)
	}
	if plain[4].Actor != sourceOf(t, "{path: x, system: x}").deps.Pseudonym.Hash("zhang") {
		t.Error("the user name is not the actor")
	}
	if e := plain[6]; e.Object != invalidRequest || e.Traffic != "bot" || e.Status != 400 {
		t.Errorf("%+v", e)
	}
}
