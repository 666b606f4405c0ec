package web

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// metrics counts what the service does. Its labels are patterns of addresses, codes, actions and ids of sources: nothing of
// people or units.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	trail    *prometheus.CounterVec
	refused  prometheus.Counter
}

func newMetrics(s *server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jianfu_http_requests_total", Help: "Requests by address and code."}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "jianfu_http_request_seconds", Help: "Time until a request was answered in full.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 120},
		}, []string{"route"}),
		trail:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "jianfu_audit_entries_total", Help: "Entries written to the audit trail, by action."}, []string{"action"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{Name: "jianfu_signin_failures_total", Help: "Sign-ins and tokens that were refused."}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.trail, m.refused, &stored{server: s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// coded remembers the code of an answer.
type coded struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (c *coded) WriteHeader(code int) {
	if c.code == 0 {
		c.code = code
	}
	c.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *coded) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// observe counts the requests of a route and their time. One that was cut off has the code 499.
func (m *metrics) observe(route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, answer, ended := time.Now(), &coded{ResponseWriter: w}, false
		defer func() {
			code := answer.code
			switch {
			case !ended:
				code = 499
			case code == 0:
				code = http.StatusOK
			}
			m.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
			m.seconds.WithLabelValues(route).Observe(time.Since(began).Seconds())
		}()
		next.ServeHTTP(answer, r)
		ended = true
	})
}

// recorded counts an entry of the audit trail.
func (m *metrics) recorded(action string) {
	m.trail.WithLabelValues(action).Inc()
	if action == "signin.failed" || action == "token.refused" {
		m.refused.Inc()
	}
}

var (
	cacheReads   = prometheus.NewDesc("jianfu_cache_reads_total", "Readings of the pages, by whether they were at hand.", []string{"result"}, nil)
	sourceRuns   = prometheus.NewDesc("jianfu_source_runs", "Runs of a source that are kept.", []string{"source"}, nil)
	sourceFailed = prometheus.NewDesc("jianfu_source_failed", "1 where the last run of a source failed.", []string{"source"}, nil)
	sourceLag    = prometheus.NewDesc("jianfu_source_lag_seconds", "Time since the newest record of a source, by the record's own time.", []string{"source"}, nil)
	sourceRows   = prometheus.NewDesc("jianfu_source_rows", "Records of a source over the days that pages show.", []string{"source"}, nil)
	quarantined  = prometheus.NewDesc("jianfu_quarantine_records", "Records of a source in quarantine.", []string{"source"}, nil)
	analysedAt   = prometheus.NewDesc("jianfu_analysis_timestamp_seconds", "When the newest analysis ended.", nil, nil)
	analysisTook = prometheus.NewDesc("jianfu_analysis_seconds", "How long the newest analysis took.", nil, nil)
	findingCount = prometheus.NewDesc("jianfu_findings", "Findings by family and status.", []string{"family", "status"}, nil)
	storeUp      = prometheus.NewDesc("jianfu_store_up", "1 where the store answers.", nil, nil)
)

// stored gives what the store knows, read when it is asked for.
type stored struct{ server *server }

// scrapeTime is how long a scrape may wait for the store.
const scrapeTime = 8 * time.Second

// Describe implements prometheus.Collector.
func (*stored) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{cacheReads, sourceRuns, sourceFailed, sourceLag, sourceRows, quarantined, analysedAt, analysisTook, findingCount, storeUp} {
		out <- d
	}
}

// Collect implements prometheus.Collector. A store that does not answer shows as such, and what else is counted stays readable.
func (c *stored) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	s := c.server
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	hits, misses := s.reads.counts()
	out <- prometheus.MustNewConstMetric(cacheReads, prometheus.CounterValue, float64(hits), "hit")
	out <- prometheus.MustNewConstMetric(cacheReads, prometheus.CounterValue, float64(misses), "miss")
	up := 1.0
	sources, err := s.shared.ReadSources(ctx)
	if err == nil {
		for _, r := range sources {
			c.source(gauge, r)
		}
		err = c.analysis(ctx, gauge)
	}
	if err != nil {
		up = 0
		s.Log.Warn().Err(err).Msg("unable to read the store for /metrics")
	}
	gauge(storeUp, up)
}

func (c *stored) source(gauge func(*prometheus.Desc, float64, ...string), r queries.SourceRow) {
	var rows uint64
	for _, d := range r.Days {
		rows += d.Rows
	}
	failed := 0.0
	if r.Error != "" {
		failed = 1
	}
	gauge(sourceRuns, float64(r.Runs), r.ID)
	gauge(sourceFailed, failed, r.ID)
	gauge(sourceRows, float64(rows), r.ID)
	gauge(quarantined, float64(r.Quarantined), r.ID)
	if !r.LastRecord.IsZero() {
		gauge(sourceLag, c.server.Clock().Sub(r.LastRecord).Seconds(), r.ID)
	}
}

func (c *stored) analysis(ctx context.Context, gauge func(*prometheus.Desc, float64, ...string)) error {
	overview, err := c.server.shared.ReadOverview(ctx)
	if err != nil {
		return err
	}
	if !overview.Analysed.IsZero() {
		gauge(analysedAt, float64(overview.Analysed.Unix()))
	}
	for family, statuses := range overview.Families {
		for status, n := range statuses {
			gauge(findingCount, float64(n), family, status)
		}
	}
	last, err := c.server.shared.LastAnalysis(ctx)
	if err == nil && last.Run > 0 {
		gauge(analysisTook, last.Finished.Sub(last.Started).Seconds())
	}
	return err
}

// metricsPage serves the counts to this machine, and to who bears the token of operators or one of an operator.
func (s *server) metricsPage(w http.ResponseWriter, r *http.Request) {
	if !s.mayScrape(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="jianfu"`)
		http.Error(w, "metrics are for this machine, or for the bearer of metrics_token or of an operator's token", http.StatusUnauthorized)
		return
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// mayScrape says whether a request comes from this machine itself, not through a proxy on it, or bears a token for it.
func (s *server) mayScrape(r *http.Request) bool {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, text, _ := strings.Cut(header, " ")
		if s.MetricsToken != "" && strings.EqualFold(scheme, "bearer") && subtle.ConstantTimeCompare([]byte(text), []byte(s.MetricsToken)) == 1 {
			return true
		}
		who, _, err := s.bearing(r.Context(), header)
		return err == nil && who.Is(access.Operator)
	}
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	ip, err := netip.ParseAddr(hostOf(r.RemoteAddr))
	return err == nil && ip.Unmap().IsLoopback()
}

// readyTime is how long the store may take to answer.
const readyTime = 5 * time.Second

// ready says whether requests can be served: the store answers with the schema of this program, and the trail can be written.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if s.Ready != nil {
		if err := s.Ready(ctx); err != nil {
			s.Log.Error().Err(err).Msg("not ready")
			http.Error(w, "not ready; the log has the reason", http.StatusServiceUnavailable)
			return
		}
	}
	s.health(w, r)
}
