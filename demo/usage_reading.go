package demo

import "time"

// glances: every working day those who lead look at the first page, which is all they need, and leave. Their browsers stay
// logged in for a week or so.
func (t *traffic) glances() {
	for day := t.county.world.calendar.start; day.Before(t.until); day = day.AddDate(0, 0, 1) {
		open := t.county.world.officeDay(day)
		for _, who := range t.staff {
			if !open && !t.stream.chance(0.1) || open && !t.stream.chance(0.55+0.25*t.system.knobs.rate) {
				continue
			}
			at := t.county.timeOfDay(t.stream, day).Unix()
			if at-t.lastLog[who] > int64(t.stream.between(5, 9))*86400 {
				t.session(at, who)
			}
			for range t.stream.between(1, 3) {
				t.add(at, who, -1, doView, t.client(who))
				at += int64(t.stream.between(120, 2400))
			}
		}
	}
}

// pulls: the machines of other systems fetch what has changed, by day and by night; people look once in a while.
func (t *traffic) pulls() {
	begin, end := t.county.world.calendar.start.Unix(), t.until.Unix()
	for n, system := range pullers {
		who := t.county.accounts.index["svc_"+t.county.systems[system].base]
		every := t.system.knobs.pulse * int64(n+3)
		for at := begin + int64(300*n); at < end; at += every {
			t.add(at+int64(t.stream.IntN(40)), who, -1, doAPI, clientService)
		}
	}
}

// takeAway: once a quarter somebody of the county exports what came in: the given forms, or all of the system.
func (t *traffic) takeAway(forms []int) {
	if forms == nil {
		forms = t.forms()
	}
	for _, at := range t.county.world.calendar.periods("quarter") {
		day := at.end.AddDate(0, 0, t.stream.between(9, 16))
		for !t.county.world.officeDay(day) {
			day = day.AddDate(0, 0, 1)
		}
		moment := t.county.timeOfDay(t.stream, day).Unix()
		who := t.staff[0]
		t.session(moment, who)
		for _, form := range forms {
			moment += int64(t.stream.between(20, 90))
			t.add(moment, who, form, doView, t.client(who))
			t.add(moment+15, who, form, doExport, t.client(who))
		}
	}
}

// seldom are the forms that nobody reads every day, and yet somebody reads.
func (t *traffic) seldom() {
	for i, f := range t.county.forms {
		switch {
		case f.system != t.index:
		case f.spec.readers == "quarter":
			t.takeAway([]int{i})
		case f.spec.readers == "machine":
			begin, end := t.county.world.calendar.start.Unix(), t.until.Unix()
			for at := begin + 7200; at < end; at += 6 * 86400 {
				t.add(at+int64(t.stream.IntN(600)), -1, i, doAPI, clientService)
			}
		}
	}
}

// strayLogins: some have the old system among their bookmarks still.
func (t *traffic) strayLogins() {
	villages := t.county.world.villages
	for day := t.system.movedAway(t.county.Options.AsOf); day.Before(t.until); day = day.AddDate(0, 0, 1) {
		if !t.stream.chance(0.25) {
			continue
		}
		at := t.county.timeOfDay(t.stream, day).Unix()
		who := t.county.accounts.index[pick(t.stream, pick(t.stream, villages).officials).account]
		t.session(at, who)
		t.add(at+int64(t.stream.between(3, 20)), who, -1, doLogout, t.client(who))
	}
}

// duty: teams sign in when their shift begins, by day and by night, on every day of the week, and look at their orders.
func (t *traffic) duty() {
	villages := t.county.world.villages
	for v := 0; v < len(villages); v += 6 {
		who := t.county.accounts.index[villages[v].officials[0].account]
		for day := t.county.world.calendar.start; day.Before(t.until); day = day.AddDate(0, 0, 1) {
			for _, hour := range []int{8, 20} {
				if !t.stream.chance(0.45) {
					continue
				}
				at := day.Add(time.Duration(hour)*time.Hour + time.Duration(t.stream.IntN(900))*time.Second).Unix()
				t.session(at, who)
				t.add(at, who, -1, doOther, t.client(who))
				t.add(at+int64(t.stream.between(20, 90)), who, t.forms()[0], doView, t.client(who))
				t.add(at+int64(t.stream.between(100, 400)), who, t.forms()[0], doView, t.client(who))
			}
		}
	}
}

// goods: beside the report there is a shop, and village officials are asked to order.
func (t *traffic) goods() {
	villages := t.county.world.villages
	for day := t.county.world.calendar.start; day.Before(t.until); day = day.AddDate(0, 0, 1) {
		for range int(t.stream.poisson(1.6 * t.system.knobs.busy)) {
			at := t.county.timeOfDay(t.stream, day).Unix()
			who := t.county.accounts.index[pick(t.stream, pick(t.stream, villages).officials).account]
			t.session(at, who)
			for range t.stream.between(1, 4) {
				t.add(at, who, -1, doGoods, t.client(who))
				at += int64(t.stream.between(8, 60))
			}
			if t.stream.chance(0.3) {
				t.add(at, who, -1, doOrder, t.client(who))
			}
		}
	}
}

// nearDue is how busy those who ask are around the day on which a form of a long cycle is due.
func (t *traffic) nearDue(day time.Time) float64 {
	for i, f := range t.county.forms {
		if f.system != t.index {
			continue
		}
		for _, p := range t.county.periods[i] {
			due := p.end.AddDate(0, 0, f.spec.due)
			if !day.Before(p.end) && day.Before(due.AddDate(0, 0, 12)) {
				return 1
			}
		}
	}
	return 0
}
