package analyzer

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/queries"
)

// pagesOf is what the pages of a system are taken for.
type pagesOf struct {
	roles []queries.PageRole
	notes []queries.PageNote // what was not left to the action, with the reason
	hash  uint64
}

// takePages decides what the pages of every system are taken for: by rule, then by what the order and the rhythm of requests
// show. Pages are ordered by system. Habits speak of each system's last days.
func takePages(pages []queries.Page, visits map[string]queries.Visits, rules UsageRules, limits map[string]float64) map[string]*pagesOf {
	out := map[string]*pagesOf{}
	for from := 0; from < len(pages); {
		to := from
		for to < len(pages) && pages[to].System == pages[from].System {
			to++
		}
		out[pages[from].System] = takeSystem(pages[from:to], visits[pages[from].System], rules, limits)
		from = to
	}
	return out
}

// taken is a page with what it is taken for and why.
type taken struct {
	queries.Page
	role  uint8
	why   string // rule, first, polled, read, open
	share float64
}

func (t taken) works() bool {
	return t.role == queries.RoleWork || t.role == 0 && t.Action != "login" && t.Action != "other"
}

func takeSystem(pages []queries.Page, visits queries.Visits, rules UsageRules, limits map[string]float64) *pagesOf {
	all := make([]taken, len(pages))
	var logins uint64
	for i, p := range pages {
		all[i] = taken{Page: p, role: rules.role(p)}
		if all[i].role != 0 {
			all[i].why = "rule"
		}
		if p.Action == "login" {
			logins += p.Done
		}
	}
	learnPolled(all, visits.Habits, limits)
	learnLanding(all, visits.Habits, limits)
	sparePages(all, logins, visits, limits)
	return summary(all)
}

// learnPolled finds pages that ask for themselves: unread counts, clocks, refreshing screens. Only reads outside forms can be.
func learnPolled(all []taken, habits queries.Habits, limits map[string]float64) {
	recent := map[uint64]uint64{}
	for _, t := range all {
		recent[t.Hash] += t.Recent
	}
	for i, t := range all {
		often, polled := float64(habits.Often[t.Hash]), float64(habits.Polled[t.Hash])
		if t.role != 0 || t.Formed || !slices.Contains([]string{"view", "api", "other"}, t.Action) || polled < limits["min_polls"] {
			continue
		}
		if polled >= limits["polled_share"]*often && often >= limits["polled_share"]/2*float64(recent[t.Hash]) {
			all[i].role, all[i].why, all[i].share = queries.RoleBackground, "polled", polled/often
		}
	}
}

// learnLanding finds the page that nearly every log-in shows, where people then go on to other work; where they never did, the
// page itself may be the work.
func learnLanding(all []taken, habits queries.Habits, limits map[string]float64) {
	entered := float64(habits.Entered)
	if entered < limits["min_landing"] {
		return
	}
	for i, t := range all {
		first := float64(habits.First[t.Hash])
		if t.role != 0 || t.Action != "view" || t.Formed || first < limits["landing_share"]*entered {
			continue
		}
		var beyond uint64
		for j, o := range all {
			if j != i && o.works() {
				beyond += o.Done
			}
		}
		if float64(beyond) >= limits["landing_beyond"]*float64(t.Done) {
			all[i].role, all[i].why, all[i].share = queries.RoleLanding, "first", first/entered
		}
	}
}

// sparePages takes a landing page for work where it is the only page of the system that people look at and they come back to
// it, in a visit or every few days at hours of their own: a dashboard, a board of notices. Seen once with a rare log-in, or by
// all in one hour, it merely comes along. A page that asks for itself is work
// where it is the only one and somebody opens and closes it: the screen of a dispatcher, not one that runs day and night.
func sparePages(all []taken, logins uint64, visits queries.Visits, limits map[string]float64) {
	var work, landing, polled, unknown uint64
	for _, t := range all {
		switch {
		case t.works():
			work += t.Done
		case t.role == queries.RoleLanding:
			landing += t.Done
			unknown += t.Unknown
		case t.why == "polled":
			polled += t.Done
		}
	}
	only := func(n uint64) bool { return n > 0 && float64(work) < limits["only_page"]*float64(n) }
	again := float64(landing) >= limits["read_again"]*float64(logins) || comeBack(visits, limits)
	read := only(landing) && again && float64(unknown) <= limits["max_unknown_actors"]*float64(landing)
	open := only(polled) && float64(visits.Habits.Nights) < limits["night_share"]*float64(visits.Habits.Days)
	for i, t := range all {
		switch {
		case read && t.role == queries.RoleLanding:
			all[i].role, all[i].why = queries.RoleWork, "read"
			if logins > 0 {
				all[i].share = float64(landing) / float64(logins)
			}
		case open && t.why == "polled":
			all[i].role, all[i].why = queries.RoleWork, "open"
		}
	}
}

// comeBack says whether people visit a system every few days, and not most of them in the same hour. What landing pages are taken
// for changes neither.
func comeBack(v queries.Visits, limits map[string]float64) bool {
	if v.People == 0 || float64(v.Count)*30 < limits["read_often"]*float64(v.People)*limits["unused_days"] {
		return false
	}
	for _, n := range v.Hours {
		if float64(n) >= limits["read_spike"]*float64(v.Count) {
			return false
		}
	}
	return true
}

// roleWords are the roles as notes name them.
var roleWords = map[uint8]string{
	queries.RoleLanding: "landing", queries.RoleWork: "work", queries.RolePoints: "points", queries.RoleBackground: "background",
}

// summary lists what is not left to the action, the pages asked for most first in the notes.
func summary(all []taken) *pagesOf {
	out := &pagesOf{}
	h := xxh3.New()
	for _, t := range all {
		if t.role == 0 {
			continue
		}
		r := queries.PageRole{System: t.System, Object: t.Object, Action: t.Action, Formed: t.Formed, Role: t.role}
		out.roles = append(out.roles, r)
		_, _ = h.WriteString(t.Object + "\x00" + t.Action)
		formed := byte(0)
		if t.Formed {
			formed = 1
		}
		_, _ = h.Write([]byte{0, formed, t.role})
		out.notes = append(out.notes, queries.PageNote{Object: t.Object, Action: t.Action, As: roleWords[t.role], Why: t.why, Share: t.share, Requests: t.Done})
	}
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(out.roles))))
	out.hash = h.Sum64()
	slices.SortStableFunc(out.notes, func(a, b queries.PageNote) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Action, b.Action))
	})
	return out
}

// hashes are the hashes of all systems' roles.
func hashes(of map[string]*pagesOf) map[string]uint64 {
	out := map[string]uint64{}
	for system, p := range of {
		out[system] = p.hash
	}
	return out
}

// rolesOf lists the roles of all systems, by system.
func rolesOf(of map[string]*pagesOf) []queries.PageRole {
	var out []queries.PageRole
	for _, system := range slices.Sorted(maps.Keys(of)) {
		out = append(out, of[system].roles...)
	}
	return out
}
