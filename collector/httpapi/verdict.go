package httpapi

import (
	"context"
	"fmt"
	"time"

	"github.com/zeebo/xxh3"
)

// doubt is a reason not to believe that a page is the last one. A firm one makes an error in the end; otherwise the answer
// is accepted once it has been confirmed.
type doubt struct {
	reason string
	firm   bool
	once   bool // asking again once is enough
}

// doubtOf looks for signs that something is missing behind this page.
func (w *walk) doubtOf(p page) doubt {
	s, g := w.state.Scan, w.config.Paging
	read := s.Count + int64(len(p.records))
	switch {
	case len(p.records) > 0 && w.ends(p) && p.total > read:
		return doubt{reason: fmt.Sprintf("no page follows, though the total is %d and only %d records were read", p.total, read), firm: true}
	case len(p.records) > 0 && w.ends(p) && p.more == "true":
		return doubt{reason: "it says that more follows, but does not say where", firm: true}
	case len(p.records) > 0:
		return doubt{}
	case p.total > read:
		return doubt{reason: fmt.Sprintf("the page is empty, though the total is %d and only %d records were read", p.total, read), firm: true}
	case p.more == "true" || p.cursor != "" || p.link != "":
		return doubt{reason: "the page is empty, though it says that more follows", firm: g.AfterLast != "empty" || p.more == "true"}
	case w.resumed && s.At.Number == 0:
		return doubt{} // the walk begins again
	case (g.Kind == "cursor" || g.Kind == "next_link") && s.At != w.first():
		return doubt{reason: "the page is empty, though the page before pointed to it; if this API ends with an empty page, write paging.after_last: empty", firm: g.AfterLast != "empty"}
	case p.total < 0 && w.full > 0 && (w.before.count >= w.full || w.before.count >= g.Size):
		return doubt{reason: "the page is empty, though the page before was full", once: w.pages == 2 && w.before.count < g.Size}
	}
	return doubt{}
}

// confirm asks again for a page that raises doubts, with growing pauses, until it raises none.
func (w *walk) confirm(ctx context.Context, p page) (page, error) {
	d := w.doubtOf(p)
	wait := w.config.Paging.ConfirmWait
	for try := range w.config.Paging.Confirm {
		if d.reason == "" || d.once && try > 0 {
			return p, nil
		}
		w.deps.Log.Debug().Str("source", w.deps.ID).Str("reason", d.reason).Msg("asking for the page again")
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return p, context.Cause(ctx)
		case <-timer.C:
		}
		wait *= 2
		var err error
		if p, err = w.fetch(ctx); err != nil {
			return p, err
		}
		d = w.doubtOf(p)
	}
	if d.firm {
		return p, &doubtful{fmt.Sprintf("page %d of %s stays doubtful after %d more tries: %s; nothing behind it is taken as read, and the next run begins at the first page", w.pages, w.base.Path, w.config.Paging.Confirm, d.reason)}
	}
	return p, nil
}

// doubtful is the error of a walk that cannot be believed. Its position is given up: the list may have moved under it, and
// from there the next run would meet the same page again.
type doubtful struct{ reason string }

func (d *doubtful) Error() string { return d.reason }

// ends tells whether the upstream names no further page.
func (w *walk) ends(p page) bool {
	return p.more == "false" || w.config.Paging.Kind == "cursor" && p.cursor == "" || w.config.Paging.Kind == "next_link" && p.link == ""
}

// repeated looks for an upstream that answers the same page for ever; true says that the list ended that way, as declared.
func (w *walk) repeated(p page) (bool, error) {
	if len(p.records) == 0 || w.before.hash != p.hash || w.before.count != len(p.records) {
		return false, nil
	}
	if w.config.Paging.AfterLast == "repeat" && (p.total < 0 || w.state.Scan.Count >= p.total) {
		return true, nil
	}
	hint := "check the names of its parameters"
	if kind := w.config.Paging.Kind; kind == "page" || kind == "offset" {
		hint = fmt.Sprintf("check paging.%s_param and paging.in; if this API repeats its last page, set paging.total_path or paging.after_last: repeat", kind)
	}
	return false, permanent("page %d holds the same records as the one before, so the paging seems to be ignored: %s", w.pages, hint)
}

// advance moves to the next page; done says that there is none.
func (w *walk) advance(ctx context.Context, p page) (done bool, err error) {
	s, g := w.state.Scan, w.config.Paging
	w.full = max(w.full, len(p.records))
	next := s.At
	switch g.Kind {
	case "none":
		if p.total > s.Count {
			return false, permanent("the total is %d, but the one page holds %d records; configure paging", p.total, s.Count)
		}
		done = true
	case "page":
		next.Number++
		done = p.more == "false" || p.total >= 0 && s.Count >= p.total
	case "offset":
		next.Number += int64(len(p.records)) // not by the size: the server may give fewer than asked for
		done = p.more == "false" || p.total >= 0 && s.Count >= p.total
	case "cursor", "next_link":
		next.Cursor, next.Link = p.cursor, p.link
		done = w.ends(p)
	}
	if g.Kind == "cursor" || g.Kind == "next_link" {
		if key := xxh3.HashString(next.Cursor + "\x00" + next.Link); !done && (w.visited[key] || next == s.At) {
			return false, permanent("page %d points to a page that was read already, so the walk would never end; check paging.%s", w.pages, map[string]string{"cursor": "cursor_param", "next_link": "next_path"}[g.Kind])
		} else if !done {
			w.visited[key] = true
		}
	}
	w.before = before{p.hash, len(p.records)}
	w.out.Progress(s.Count, max(p.total, 0))
	if done {
		return true, nil
	}
	s.At = next
	return false, w.mark(ctx)
}
