package analyzer

import (
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// fieldKind says whether a field asks for data, and if not, why it stands there.
type fieldKind uint8

const (
	payloadField   fieldKind = iota
	keyField                 // identifies the unit, the period or the person: in every form
	headerField              // who filled in the form, and when
	noteField                // remarks
	identityField            // name, sex or birth beside an identifier: can be pre-filled from it
	prefilledField           // filled in by the system: nobody enters it again
	handedField              // of a form that an interface hands over: nobody fills it in
)

// sortOut tells payload from the rest: by declaration where there is one, else by label and values.
func (f *dupForm) sortOut(registry *queries.Registry, d *dupData, words *lexicon, limits map[string]float64) {
	labels := make([]*label, len(f.fields))
	identifier := f.identifier()
	for i := range f.fields {
		field := &f.fields[i]
		labels[i] = words.parse(field.name())
		field.named = labels[i].speaks()
		if f.sample.columns != nil {
			field.hidden = d.dictionary.pseudonyms(f.sample.columns[i])
		}
	}
	for i := range f.fields {
		field := &f.fields[i]
		field.seconds = secondsOf(f.Form, field.Field, limits)
		field.kind = f.kindOf(i, labels[i], registry, d, words)
		if field.kind == payloadField && identifier >= 0 && words.identity(labels[i], f.Title) && words.ownRole(labels[i], labels[identifier], f.Title) {
			field.kind = identityField
		}
		if field.kind == payloadField || field.kind == identityField || field.kind == prefilledField {
			f.asked = append(f.asked, i)
			if f.byMachine() {
				field.kind = handedField
			}
		}
	}
}

func (f *dupField) name() string {
	if strings.TrimSpace(f.Label) != "" {
		return f.Label
	}
	return f.ID
}

// speaks says that the label alone tells what is asked. Two or three letters without a known meaning are initials.
func (l *label) speaks() bool {
	known := slices.ContainsFunc(l.atoms, func(a atom) bool { return len(a.concepts) > 0 })
	return !l.opaque && (l.han || len(l.plain) >= 5 || len(l.plain) >= 3 && known)
}

// identifier is the position of the field that tells the persons of a form apart, -1 where there is none: of several, as in
// lists of householders and members, the one with most different values.
func (f *dupForm) identifier() int {
	best := -1
	for i := range f.fields {
		field := &f.fields[i]
		if f.Per == "unit" || field.Role == "header" || !field.identifies() || field.values && field.complete < 0.9 {
			continue
		}
		if best < 0 || field.profile != nil && (f.fields[best].profile == nil || field.profile.Distinct > f.fields[best].profile.Distinct) {
			best = i
		}
	}
	return best
}

// byMachine says that an interface hands the form over, as where one system passes on what another has collected. Asking for
// it costs nobody anything, and what it holds was asked elsewhere.
func (f *dupForm) byMachine() bool {
	return f.use.Submissions > 0 && f.use.Machine*20 >= f.use.Submissions*19
}

// personal says that the form is about persons, households or places rather than about the unit that reports.
func (f *dupForm) personal() bool { return f.about || f.byPerson }

// identifies says that the field holds numbers of identity cards.
func (f *dupField) identifies() bool {
	if f.Type == "id" {
		return true
	}
	if f.profile == nil {
		return false
	}
	main, share := f.profile.Main()
	return main == FormatResidentID && share >= 0.8
}

func (f *dupForm) kindOf(i int, l *label, registry *queries.Registry, d *dupData, words *lexicon) fieldKind {
	field := &f.fields[i]
	switch {
	case field.Role == "key":
		return keyField
	case field.Role == "header":
		return headerField
	case slices.Contains(f.Prefilled, field.ID):
		return prefilledField
	case words.all(l, "备注"):
		return noteField
	case field.Role != "":
		return payloadField
	case field.identifies() && f.personal():
		return keyField
	case words.all(l, "期间", "填报人", "填报日期", "单位", "行政村", "序号"):
		return headerField
	case !f.personal() && words.all(l, "联系电话", "联系人", "手机号"):
		return headerField
	case f.namesUnit(i, registry, d), f.namesPeriod(i):
		return keyField
	case f.namesReporter(i):
		return headerField
	}
	return payloadField
}

// namesUnit says that the answers are the code or the name of the unit that reports.
func (f *dupForm) namesUnit(i int, registry *queries.Registry, d *dupData) bool {
	field := &f.fields[i]
	if field.profile == nil || field.profile.Numeric() && field.profile.Distinct > 2*f.use.Units || len(f.sample.units) < 5 {
		return false
	}
	codes := map[uint32]bool{}
	names := map[uint32]uint32{}
	same, filled := 0, 0
	column := f.sample.columns[i]
	for _, unit := range f.sample.units[:min(len(f.sample.units), 200)] {
		codes[unit] = true
	}
	for code, unit := range d.units {
		if !codes[unit] {
			continue
		}
		u, _ := registry.Unit(code)
		name, _ := Canonical(u.Name)
		names[unit] = d.dictionary.codes[name]
		if c, _ := Canonical(code); d.dictionary.codes[c] != 0 && slices.Contains(column, d.dictionary.codes[c]) {
			names[unit] = d.dictionary.codes[c]
		}
	}
	for row, unit := range f.sample.units[:min(len(f.sample.units), 200)] {
		if column[row] == 0 {
			continue
		}
		filled++
		if column[row] == names[unit] {
			same++
		}
	}
	return filled >= 5 && same*10 >= filled*9
}

// namesPeriod says that the answers name the period: all units answer the same, and something else each period.
func (f *dupForm) namesPeriod(i int) bool {
	column := f.sample.columnOf(i)
	// Most fields are settled by the first rows: there are not many more answers than periods.
	most := f.sample.periods + len(column)/50
	byDay, values, filled := map[int32]map[uint32]int{}, map[uint32]bool{}, 0
	for row, value := range column {
		if value == 0 {
			continue
		}
		if values[value] = true; len(values) > most {
			return false
		}
		day := f.sample.days[row]
		if byDay[day] == nil {
			byDay[day] = map[uint32]int{}
		}
		byDay[day][value]++
		filled++
	}
	same := 0
	for _, counts := range byDay {
		most := 0
		for _, n := range counts {
			most = max(most, n)
		}
		same += most
	}
	return len(byDay) >= 3 && filled >= 5*len(byDay) && same*100 >= filled*98 && len(values)*10 >= len(byDay)*8
}

// namesReporter says that the answers tell who filled in the form: each reporter gives one answer and nobody else gives it.
// Where units have one reporter each, an answer may as well be a fact about the unit, and nothing is said.
func (f *dupForm) namesReporter(i int) bool {
	units := make([]uint64, len(f.sample.units))
	for row, unit := range f.sample.units {
		units[row] = uint64(unit)
	}
	field := &f.fields[i]
	return field.values && !field.profile.Numeric() && f.oneToOne(i, f.sample.filers) && !f.oneToOne(i, units)
}

// oneToOne says that an answer goes with one reporter or unit, and that with one answer, in nearly all rows.
func (f *dupForm) oneToOne(i int, who []uint64) bool {
	type link struct {
		who   uint64
		value uint32
	}
	links, byWho, byValue := map[link]int{}, map[uint64]int{}, map[uint32]int{}
	filled := 0
	for row, value := range f.sample.columnOf(i) {
		if value == 0 || who[row] == 0 {
			continue
		}
		filled++
		links[link{who[row], value}]++
		byWho[who[row]]++
		byValue[value]++
	}
	if len(byWho) < 5 || filled < 3*len(byWho) {
		return false
	}
	alone := 0
	for l, n := range links {
		if n*10 >= byWho[l.who]*9 && n*10 >= byValue[l.value]*9 {
			alone += n
		}
	}
	return alone*100 >= filled*95
}

// ownRole says that the label speaks of the person whom the identifier identifies, not of a guardian or contact: it names
// no role, the identifier's role, or whom the form is about after its title.
func (x *lexicon) ownRole(l, identifier *label, title string) bool {
	for _, atoms := range [][]atom{l.atoms, l.fine} {
		for _, a := range atoms {
			role, known := x.roles[a.text]
			if a.kind != roleAtom || !known || strings.Contains(title, a.text) {
				continue
			}
			same := func(b atom) bool { return b.kind == roleAtom && x.roles[b.text] == role }
			if !slices.ContainsFunc(identifier.atoms, same) && !slices.ContainsFunc(identifier.fine, same) {
				return false
			}
		}
	}
	return true
}

// identity says that a label names nothing but what an identity number or its register tells, of those whom the form's
// title names.
func (x *lexicon) identity(l *label, title string) bool {
	return x.says(l, title, "姓名", "性别", "出生日期", "年龄", "民族")
}

// all says that every word of the label that carries meaning, apart from roles, stands for one of the terms.
func (x *lexicon) all(l *label, terms ...string) bool { return x.says(l, "", terms...) }

const slightWord = 0.15 // words that keep at most this share of their weight only say that it is about somebody, as in 人员性别

// says is all, where words that the title has too carry no meaning, nor do slight ones.
func (x *lexicon) says(l *label, title string, terms ...string) bool {
	var concepts []int32
	for _, t := range terms {
		concepts = append(concepts, x.concepts[t]...)
	}
	meant := func(a atom) bool {
		return slices.ContainsFunc(a.concepts, func(c int32) bool { return slices.Contains(concepts, c) })
	}
	for _, atoms := range [][]atom{l.atoms, l.fine} {
		found, fits := false, true
		for _, a := range atoms {
			switch {
			case meant(a):
				found = true
			case a.kind == fillerAtom, a.kind == asideAtom, a.kind == roleAtom:
			case title != "" && (a.light <= slightWord || strings.Contains(title, a.text)):
			default:
				fits = false
			}
		}
		if found && fits {
			return true
		}
	}
	return false
}
