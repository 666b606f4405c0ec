// Package engine runs ClickHouse inside the process: it loads libchdb without cgo and serves ClickHouse's own HTTP
// interface from it, in memory to this process and through a Unix socket to further commands on the same data folder.
package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// ErrMissing is returned when the engine library is not installed. Its text is the instruction.
var ErrMissing = errors.New("the ClickHouse engine library is not installed: run 'make engine' in the project folder, or set JIANFU_ENGINE to the path of libchdb.so")

// packages names the folder of the library for each platform it is published for.
var packages = map[string]string{
	"linux/amd64":  "lib-linux-x64-gnu",
	"linux/arm64":  "lib-linux-arm64-gnu",
	"darwin/amd64": "lib-darwin-x64",
	"darwin/arm64": "lib-darwin-arm64",
}

// Locate finds the library: the path in JIANFU_ENGINE, else the folder that 'make engine' fills, looked for upwards from
// the program and from the working folder.
func Locate() (string, error) {
	if path := os.Getenv("JIANFU_ENGINE"); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("unable to find the engine library named by JIANFU_ENGINE: %w", err)
		}
		return path, nil
	}
	name, ok := packages[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return "", fmt.Errorf("unable to embed ClickHouse on %s/%s: no engine library is published for it; set clickhouse.url to a server", runtime.GOOS, runtime.GOARCH)
	}
	var starts []string
	if program, err := os.Executable(); err == nil {
		if resolved, err := filepath.EvalSymlinks(program); err == nil {
			program = resolved
		}
		starts = append(starts, filepath.Dir(program))
	}
	if folder, err := os.Getwd(); err == nil {
		starts = append(starts, folder)
	}
	for _, folder := range starts {
		for {
			path := filepath.Join(folder, "queries", "engine", "node_modules", "@chdb", name, "libchdb.so")
			if _, err := os.Stat(path); err == nil {
				return path, nil
			}
			parent := filepath.Dir(folder)
			if parent == folder {
				break
			}
			folder = parent
		}
	}
	return "", ErrMissing
}

// library holds the C functions that are used. Handles are uintptr: they belong to C.
type library struct {
	connect           func(argc int32, argv **byte) *uintptr
	closeConn         func(conn *uintptr)
	query             func(conn uintptr, query *byte, queryLen uintptr, format string, formatLen uintptr) uintptr
	queryParams       func(conn uintptr, query *byte, queryLen uintptr, format string, formatLen uintptr, names **byte, nameLens *uintptr, values **byte, valueLens *uintptr, n uintptr) uintptr
	streamQuery       func(conn uintptr, query *byte, queryLen uintptr, format string, formatLen uintptr) uintptr
	streamQueryParams func(conn uintptr, query *byte, queryLen uintptr, format string, formatLen uintptr, names **byte, nameLens *uintptr, values **byte, valueLens *uintptr, n uintptr) uintptr
	fetch             func(conn, result uintptr) uintptr
	cancel            func(conn, result uintptr)
	destroy           func(result uintptr)
	buffer            func(result uintptr) unsafe.Pointer
	length            func(result uintptr) uintptr
	errorText         func(result uintptr) string
	insert            func(conn uintptr, statement *byte, statementLen uintptr, format string, formatLen uintptr) uintptr
	insertAppend      func(stream uintptr, data *byte, n uintptr) int32
	insertDone        func(stream uintptr) uintptr
	insertCancel      func(stream uintptr)
	insertError       func(stream uintptr) string
	insertDestroy     func(stream uintptr)
	signalHandlers    func(enabled int32)
	version           func() string
}

func load(path string) (*library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("unable to load the engine library: %w", err)
	}
	l := &library{}
	for _, f := range []struct {
		into any
		name string
	}{
		{&l.connect, "chdb_connect"},
		{&l.closeConn, "chdb_close_conn"},
		{&l.query, "chdb_query_n"},
		{&l.queryParams, "chdb_query_with_params_n"},
		{&l.streamQuery, "chdb_stream_query_n"},
		{&l.streamQueryParams, "chdb_stream_query_with_params_n"},
		{&l.fetch, "chdb_stream_fetch_result"},
		{&l.cancel, "chdb_stream_cancel_query"},
		{&l.destroy, "chdb_destroy_query_result"},
		{&l.buffer, "chdb_result_buffer"},
		{&l.length, "chdb_result_length"},
		{&l.errorText, "chdb_result_error"},
		{&l.insert, "chdb_stream_insert_n"},
		{&l.insertAppend, "chdb_stream_append"},
		{&l.insertDone, "chdb_stream_done"},
		{&l.insertCancel, "chdb_stream_cancel_insert"},
		{&l.insertError, "chdb_stream_insert_error"},
		{&l.insertDestroy, "chdb_destroy_insert_stream"},
		{&l.signalHandlers, "chdb_set_signal_handlers_enabled"},
		{&l.version, "chdb_version"},
	} {
		symbol, err := purego.Dlsym(handle, f.name)
		if err != nil {
			return nil, fmt.Errorf("unable to use the engine library %s: it lacks %s; reinstall it with 'make engine': %w", path, f.name, err)
		}
		purego.RegisterFunc(f.into, symbol)
	}
	// Go keeps its signals: the library would otherwise catch SIGTERM and SIGSEGV before the runtime.
	l.signalHandlers(0)
	return l, nil
}

// text gives the bytes of a string to C for the length of one call.
func text(s string) (*byte, uintptr) {
	if s == "" {
		return nil, 0
	}
	return unsafe.StringData(s), uintptr(len(s))
}
