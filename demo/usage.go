package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// The actions of docs/interchange.md that occur, and beside them what machines do.
const (
	doLogin uint8 = iota
	doView
	doSubmit
	doApprove
	doExport
	doAPI
	doHeartbeat
	doOther  // collects points: an endpoint of rankings
	doLogout // in logs only a path of its own; neither reading nor writing
	doStatic
	doHealth
	doBot
	doGoods // looks at what is sold
	doOrder // buys it
)

var actionNames = [...]string{"login", "view", "submit", "approve", "export", "api", "heartbeat", "other", "other", "other", "heartbeat", "other", "view", "create"}

// event is one line of a usage log.
type event struct {
	time    int64
	account int32 // index into the county's accounts, -1: none
	form    int16 // index of the form, -1: none
	action  uint8
	client  uint8
	status  uint16
	ms      uint32
	detail  uint32 // number in the path
}

// account is a user name with the unit it belongs to.
type account struct {
	name, unit string
	vendor     bool
}

// directory knows the accounts of the county by name.
type directory struct {
	list  []account
	index map[string]int32
}

func (d *directory) add(name, unit string, vendor bool) int32 {
	if i, known := d.index[name]; known {
		return i
	}
	i := int32(len(d.list))
	d.list = append(d.list, account{name, unit, vendor})
	d.index[name] = i
	return i
}

func newDirectory(w *world, systems []systemSpec) *directory {
	d := &directory{index: map[string]int32{}}
	for _, places := range [][]place{w.towns, w.villages} {
		for i := range places {
			for _, p := range places[i].officials {
				d.add(p.account, places[i].code, false)
			}
		}
	}
	for town := range w.towns {
		if clerk := w.clerks[town]; clerk != nil {
			d.add(clerk.account, w.towns[town].code, false)
		}
	}
	for i := range systems {
		for n := range min(systems[i].entitled, 60) {
			d.add(staffName(&systems[i], n), countyCode, false)
		}
		d.add("vendor_"+systems[i].id, "", true)
		if systems[i].use == hub {
			for _, n := range pullers {
				d.add("svc_"+systems[n%len(systems)].base, "", false)
			}
		}
	}
	return d
}

// pullers are the systems, by index, whose machines pull from the exchange.
var pullers = []int{0, 2, 4, 10, 18, 22}

func staffName(s *systemSpec, n int) string { return fmt.Sprintf("%s_k%02d", s.id, n+1) }

// The programs that ask, by index into clients (clients.go).
const (
	clientChrome uint8 = iota
	clientEdge
	client360
	clientWeChat
	clientApp
	clientProbe
	clientBot
	clientScanner
	clientMachine
	clientService
)

// traffic builds the events of one system.
type traffic struct {
	county  *County
	system  *systemSpec
	index   int
	stream  stream
	events  []event
	staff   []int32
	lastLog map[int32]int64
	until   time.Time // first moment that is not seen any more
}

// simulateUsage makes the events of one system, in order of time.
func (c *County) simulateUsage(index int) []event {
	t := &traffic{
		county: c, system: &c.systems[index], index: index, stream: newStream(c.world.seed, "usage", c.systems[index].id),
		lastLog: map[int32]int64{}, until: c.world.calendar.endOfAll(),
	}
	if t.system.logs == noLogs {
		return nil
	}
	for n := range min(t.system.entitled, 60) {
		t.staff = append(t.staff, c.accounts.index[staffName(t.system, n)])
	}
	if t.system.use == silent {
		t.until = c.Options.AsOf.AddDate(0, 0, -t.system.knobs.span)
	}
	t.patterns()
	t.machines()
	begin := max(c.world.calendar.start.Unix(), t.system.since(c.Options.AsOf).Unix())
	kept := t.events[:0]
	for _, e := range t.events {
		if e.time >= begin && e.time < t.until.Unix() && !t.inHole(e.time) {
			kept = append(kept, e)
		}
	}
	slices.SortStableFunc(kept, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	return kept
}

// inHole says whether a moment lies in the hole of a system's log.
func (t *traffic) inHole(at int64) bool {
	if t.system.use != gapped {
		return false
	}
	from := t.county.Options.AsOf.AddDate(0, 0, -t.system.knobs.fall)
	return at >= from.Unix() && at < from.AddDate(0, 0, t.system.knobs.span).Unix()
}

// since is the day of launch.
func (s *systemSpec) since(asOf time.Time) time.Time {
	if days := s.daysOld(); days > 0 {
		return asOf.AddDate(0, 0, -days)
	}
	day, err := time.ParseInLocation(time.DateOnly, s.launched, beijing)
	if err != nil {
		return time.Time{}
	}
	return day
}

func (t *traffic) patterns() {
	switch t.system.use {
	case pulseOnly, machineOnly, pollOnly, waived, expired, elsewhere:
	case loginOnly:
		t.idleLogins()
	case replaced:
		t.replaced()
	case underused:
		t.handful()
	case forced:
		t.reports()
		t.office(0.25)
		t.checkIns()
	case small:
		t.reports()
		t.office(0.3)
	case silent:
		t.unseenReports()
		t.office(0.5)
	case writeOnly:
		t.reports()
	case collected:
		t.reports()
		t.takeAway(nil)
	case superseded:
		t.reports()
		t.office(0.6)
		t.strayLogins()
	case dashboard:
		t.glances()
	case hub:
		t.pulls()
	case onDuty:
		t.reports()
		t.duty()
		t.office(0.2)
	case shop:
		t.reports()
		t.office(0.5)
		t.goods()
	case periodic, dropped, fading, halved, gapped:
		t.reports()
		t.office(0.6)
	default:
		t.reports()
		t.office(1)
		t.seldom()
	}
}

// add records an event; the response time depends on what is asked.
func (t *traffic) add(at int64, who int32, form int, action, client uint8) {
	ms := uint32(t.stream.lognormal(85, 0.7))
	if action == doExport {
		ms *= 9
	}
	status := uint16(200)
	if action != doHealth && action != doHeartbeat && t.stream.chance(0.004) {
		status = pick(t.stream, []uint16{500, 502, 401, 404})
	}
	detail := uint32(t.stream.IntN(900000) + 100000)
	if action == doBot && int(detail)%len(botPaths) >= botPathsFound {
		status = 404
	}
	t.events = append(t.events, event{time: at, account: who, form: int16(form), action: action, client: client, status: status, ms: ms, detail: detail})
}

func (t *traffic) client(who int32) uint8 {
	if t.system.app {
		if t.system.kind == "mini_program" {
			return clientWeChat
		}
		return clientApp
	}
	return uint8(who) % 3
}

// session logs in unless the account has been here within two hours, and loads the pages' static parts.
func (t *traffic) session(at int64, who int32) {
	if at-t.lastLog[who] < 7200 && at >= t.lastLog[who] {
		return
	}
	t.lastLog[who] = at
	c := t.client(who)
	t.add(at-int64(t.stream.between(6, 40)), who, -1, doLogin, c)
	if !t.system.app {
		t.add(at-int64(t.stream.between(1, 5)), who, -1, doStatic, c)
	}
}

// reports are the traces of the submissions made in the system.
func (t *traffic) reports() {
	for f, form := range t.county.forms {
		if form.system != t.index {
			continue
		}
		for i := range t.county.submissions[f] {
			t.report(f, &t.county.submissions[f][i])
		}
	}
}

func (t *traffic) report(form int, sub *submission) {
	if sub.channel == byMachine {
		t.add(sub.submitted, -1, form, doAPI, clientMachine)
		return
	}
	who := t.county.accounts.index[sub.reporter.account]
	open := sub.started
	if open == 0 {
		open = sub.submitted - int64(sub.active)
	}
	t.session(open, who)
	c := t.client(who)
	t.add(open, who, form, doView, c)
	t.add(sub.submitted, who, form, doSubmit, c)
	if t.stream.chance(0.25) {
		t.add(sub.submitted+int64(t.stream.between(4, 300)), who, form, doView, c)
	}
}

// unseenReports are the traces of submissions whose data is not collected.
func (t *traffic) unseenReports() {
	for f, form := range t.county.forms {
		if form.system != t.index {
			continue
		}
		for v := range t.county.world.villages {
			place := &t.county.world.villages[v]
			for _, p := range t.county.periods[f] {
				sub := submission{unit: int32(v)}
				t.county.file(t.stream, form, place, p, &sub)
				t.report(f, &sub)
			}
		}
	}
}

// office is the reading, approving and exporting of those who ask, on working days.
func (t *traffic) office(intensity float64) {
	forms := t.forms()
	w := t.county.world
	for day := w.calendar.start; day.Before(t.until); day = day.AddDate(0, 0, 1) {
		factor := intensity * t.system.knobs.busy * t.seasonal(day)
		if !w.officeDay(day) {
			factor *= 0.06
		}
		factor *= t.system.activity(t.county.Options.AsOf, day)
		for range int(t.stream.poisson(factor * (1.2 + float64(t.system.entitled)/7))) {
			t.desk(day, pick(t.stream, t.staff), forms)
		}
		for range int(t.stream.poisson(factor * 0.25 * float64(len(w.towns)))) {
			town := pick(t.stream, w.towns)
			t.desk(day, t.county.accounts.index[pick(t.stream, town.officials).account], forms)
		}
		for range int(t.stream.poisson(factor * 0.03 * float64(len(w.villages)))) {
			village := pick(t.stream, w.villages)
			at := t.county.timeOfDay(t.stream, day).Unix()
			who := t.county.accounts.index[pick(t.stream, village.officials).account]
			t.session(at, who)
			t.add(at+int64(t.stream.between(5, 90)), who, pick(t.stream, forms), doView, t.client(who))
		}
	}
}

// desk is one sitting of an official who reads, approves and sometimes exports.
func (t *traffic) desk(day time.Time, who int32, forms []int) {
	at := t.county.timeOfDay(t.stream, day).Unix()
	t.session(at, who)
	c := t.client(who)
	for range t.stream.between(2, 7) {
		at += int64(t.stream.between(8, 240))
		action := doView
		switch x := t.stream.Float64(); {
		case x < 0.2:
			action = doApprove
		case x < 0.28:
			action = doExport
		case x < 0.34:
			action = doAPI
		}
		t.add(at, who, pick(t.stream, forms), action, c)
	}
}

// seasonal is how busy those who ask are on a day.
func (t *traffic) seasonal(day time.Time) float64 {
	switch t.system.use {
	case seasonal:
		if !inSeason(day, t.system.season) {
			return 0
		}
	case periodic:
		return t.nearDue(day)
	case yearly:
		if day.Month() == time.January || day.Month() == time.February && day.Day() < 8 {
			return 1.5
		}
		return 0
	}
	return 1
}

// forms are those of the system that somebody reads.
func (t *traffic) forms() []int {
	var out []int
	for i, f := range t.county.forms {
		if f.system == t.index && !f.spec.unread && f.spec.readers == "" {
			out = append(out, i)
		}
	}
	if out == nil {
		out = []int{-1}
	}
	return out
}
