package demo

import "time"

// idleLogins: people are made to keep their password alive, and look at nothing.
func (t *traffic) idleLogins() {
	w := t.county.world
	for month := range windowMonths {
		first := w.calendar.months[warmMonths+month]
		for v := range w.villages {
			if !t.stream.chance(0.3 * t.system.knobs.busy) {
				continue
			}
			at := t.county.timeOfDay(t.stream, first.AddDate(0, 0, t.stream.IntN(28))).Unix()
			who := t.county.accounts.index[w.villages[v].officials[0].account]
			t.session(at, who)
			t.add(at+int64(t.stream.between(3, 20)), who, -1, doLogout, t.client(who))
		}
	}
}

// replaced: used until the successor took over, then by nobody.
func (t *traffic) replaced() {
	w := t.county.world
	end := t.county.Options.AsOf.AddDate(0, 0, -t.system.knobs.fall)
	for v := range w.villages {
		who := t.county.accounts.index[w.villages[v].officials[0].account]
		for day := w.calendar.start; day.Before(end); day = day.AddDate(0, 0, 1) {
			if !t.stream.chance(0.07) {
				continue
			}
			at := t.county.timeOfDay(t.stream, day).Unix()
			t.session(at, who)
			t.add(at+20, who, -1, doView, t.client(who))
			t.add(at+int64(t.stream.between(60, 300)), who, -1, doSubmit, t.client(who))
		}
	}
	for day := w.calendar.start; day.Before(end); day = day.AddDate(0, 0, 1) {
		if w.officeDay(day) {
			t.desk(day, pick(t.stream, t.staff), []int{-1})
		}
	}
}

// handful: hundreds are entitled, a few people look in now and then.
func (t *traffic) handful() {
	w := t.county.world
	for day := w.calendar.start; day.Before(t.until); day = day.AddDate(0, 0, 1) {
		if !w.officeDay(day) || !t.stream.chance(t.system.knobs.rate) {
			continue
		}
		at := t.county.timeOfDay(t.stream, day).Unix()
		who := t.staff[t.stream.IntN(min(t.system.knobs.few, len(t.staff)))]
		t.session(at, who)
		for range t.stream.between(1, 2) {
			at += int64(t.stream.between(10, 60))
			t.add(at, who, -1, doView, t.client(who))
		}
	}
}

// checkIns: everyone logs in when the day begins, collects the points and leaves. Before a ranking is published,
// at the month's end, they come twice.
func (t *traffic) checkIns() {
	w := t.county.world
	morning := time.Duration(t.system.knobs.hour * float64(time.Hour))
	for v := range w.villages {
		for n := range w.villages[v].officials {
			if n >= t.system.accountsPerVillage() {
				break
			}
			who := t.county.accounts.index[w.villages[v].officials[n].account]
			loyal := 0.72 + 0.22*t.stream.Float64()
			for day := w.calendar.start; day.Before(t.until); day = day.AddDate(0, 0, 1) {
				if !w.officeDay(day) || !t.stream.chance(loyal) {
					continue
				}
				t.checkIn(day.Add(morning+time.Duration(t.stream.lognormal(540, 0.7))*time.Second), who)
				if day.AddDate(0, 0, 3).Month() != day.Month() && t.stream.chance(0.8) {
					t.checkIn(day.Add(17*time.Hour+time.Duration(t.stream.lognormal(600, 0.6))*time.Second), who)
				}
			}
		}
	}
}

func (t *traffic) checkIn(at time.Time, who int32) {
	c := t.client(who)
	t.lastLog[who] = at.Unix()
	t.add(at.Unix(), who, -1, doLogin, c)
	t.add(at.Unix()+int64(t.stream.between(2, 9)), who, -1, doOther, c)
	if t.stream.chance(0.3) {
		t.add(at.Unix()+int64(t.stream.between(10, 25)), who, -1, doLogout, c)
	}
}

// machines are what runs without people: health checks everywhere, and on some zombies heartbeats, bots, vendors and polls.
func (t *traffic) machines() {
	every := int64(3 * 3600)
	if t.system.small {
		every *= 3
	}
	if t.system.use == pulseOnly || t.system.use == expired {
		every = t.system.knobs.pulse
	}
	begin, end := t.county.world.calendar.start.Unix(), t.until.Unix()
	if t.system.logs != tableLogs && t.system.logs != auditLogs && t.system.logs != dropLogs {
		for at := begin + int64(t.index*37); at < end; at += every {
			t.add(at, -1, -1, doHealth, clientProbe)
		}
	}
	switch t.system.use {
	case pulseOnly, expired:
		for at := begin + 11; at < end; at += t.system.knobs.pulse {
			t.add(at, t.staff[0], -1, doHeartbeat, clientChrome) // a screen on a wall
		}
	case machineOnly:
		t.crawlers(begin, end, 22)
		t.vendor(begin, end)
	case replaced, underused, loginOnly, superseded, elsewhere:
		t.crawlers(begin, end, 3)
	case pollOnly:
		for at := begin + 29; at < end; at += t.system.knobs.pulse {
			t.add(at, -1, -1, doHeartbeat, clientMachine)
		}
	case inUse, seasonal, yearly, waived:
		if !t.system.app {
			t.crawlers(begin, end, 1.5)
		}
	}
}

// crawlers are search engines and scanners, so many a day.
func (t *traffic) crawlers(begin, end int64, daily float64) {
	for day := begin; day < end; day += 86400 {
		for range int(t.stream.poisson(daily)) {
			client := clientBot
			if t.stream.chance(0.3) {
				client = clientScanner
			}
			t.add(day+int64(t.stream.IntN(86400)), -1, -1, doBot, client)
		}
	}
}

// vendor accounts log in for maintenance and look at a page or two.
func (t *traffic) vendor(begin, end int64) {
	who := t.county.accounts.index["vendor_"+t.system.id]
	for day := begin; day < end; day += 7 * 86400 {
		at := day + int64(36000+t.stream.IntN(20000))
		t.add(at, who, -1, doLogin, clientChrome)
		for range t.stream.between(1, 3) {
			at += int64(t.stream.between(10, 90))
			t.add(at, who, -1, doView, clientChrome)
		}
	}
}
