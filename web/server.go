package web

import (
	"net/http"
	"time"
)

// The limits of a connection: who sends or reads slowly is let go. The longest download of a large county takes minutes.
const (
	headTime    = 10 * time.Second
	readTime    = time.Minute
	writeTime   = 15 * time.Minute
	idleTime    = 2 * time.Minute
	mostHeaders = 64 << 10 // bytes
)

// NewServer is the server of the pages with its limits against slow and oversized requests; the caller gives it a listener.
func NewServer(pages http.Handler) *http.Server {
	return &http.Server{
		Handler: pages, ReadHeaderTimeout: headTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: mostHeaders,
	}
}

// patient gives senders of many records the time of a download.
func patient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A writer that knows no deadline, as in tests, has none to move.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(writeTime))
		next.ServeHTTP(w, r)
	})
}
