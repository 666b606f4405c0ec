package analyzer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// Lists of persons: known by the identifier in the form where the upstream tells no subject.
func TestDuplicatesAmongListsOfPersons(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 20)
	half := []string{"2025-07", "2026-01"}
	list := func(id, title string, lines ...string) queries.Form {
		return queries.Form{ID: id, System: id, Title: title, Cycle: "half", Per: "record", Fields: fields(lines...)}
	}
	// Person n of a village; the third list is about other persons.
	answer := func(offset int) func(string, int, int, int) any {
		return func(field string, unit, period, record int) any {
			who := record + offset
			item, own, _ := strings.Cut(field, "_")
			switch item {
			case "id":
				return fmt.Sprintf("rid:%d-%d", unit, who)
			case "name":
				return fmt.Sprintf("name:%d-%d", unit, who)
			case "guardian":
				return fmt.Sprintf("name:g%d-%d", unit, who/2)
			case "sex":
				return []string{"女", "男"}[count("sex", unit, who, 2)]
			case "kind":
				kind := count("kind", unit, who, 4)
				if own == "c" {
					return fmt.Sprint(kind + 1)
				}
				return []string{"肢体", "视力", "听力", "智力"}[kind]
			case "coarse":
				return []string{"甲类", "乙类"}[count("kind", unit, who, 4)/2]
			case "visits":
				return count(field, unit*7+who, period, 6)
			}
			return count(item, unit, who, 500)
		}
	}
	o.hand(
		paper{
			form:  list("cl", "残疾人基本状况表", "id_a 身份证号 id", "name_a 姓名 text", "sex_a 性别 code", "guardian_a 监护人姓名 text", "kind_a 残疾类别 code", "money_a 补贴金额（元） integer", "visits_a 走访次数 integer"),
			units: villages, periods: half, records: 20, answer: answer(0),
		},
		paper{
			form:  list("mz", "补贴对象核对表", "id_b 公民身份号码 id", "name_b 对象姓名 text", "sex_b 性别 code", "guardian_b 实际监护人 text", "kind_c 残疾类型代码 code", "money_b 发放补贴（元） integer", "visits_b 走访次数 integer", "coarse_b 残疾大类 code"),
			units: villages, periods: half, records: 15, answer: answer(0),
		},
		paper{
			form:  list("ln", "高龄老人登记表", "id_d 身份证号 id", "name_d 姓名 text", "sex_d 性别 code", "guardian_d 监护人姓名 text", "money_d 补贴金额（元） integer", "visits_d 走访次数 integer"),
			units: villages, periods: half, records: 20, answer: answer(1000),
		},
	)
	got := o.duplicates()
	for _, want := range []struct{ a, b, relation string }{
		{"cl.guardian_a", "mz.guardian_b", "equal"},
		{"cl.kind_a", "mz.kind_c", "recode"},
		{"cl.money_a", "mz.money_b", "equal"},
		{"cl.name_a", "mz.name_b", "identity"},
		{"cl.sex_a", "mz.sex_b", "identity"},
		{"cl.visits_a", "mz.visits_b", ""},
		{"cl.id_a", "mz.id_b", ""},
		{"cl.money_a", "ln.money_d", ""},
		{"cl.guardian_a", "ln.guardian_d", ""},
		{"mz.money_b", "ln.money_d", ""},
	} {
		if r := got.relation(want.a, want.b); r != want.relation {
			t.Errorf("%s and %s: %q instead of %q: %v", want.a, want.b, r, want.relation, got.pairs[want.a+"|"+want.b])
		}
	}
	for _, f := range got.all {
		for _, pair := range f.Subject.Fields {
			if f.Detector == "dup-item" && (strings.Contains(pair[0], ".name_") || strings.Contains(pair[0], ".sex_")) {
				t.Errorf("%s is an item, though it stands beside an identifier", pair[0])
			}
		}
	}
	// Guardian, kind and allowance of 4 payload fields by effort.
	f, found := got.forms["cl|mz"]
	if !found || len(got.forms) != 1 {
		t.Fatalf("%d pairs of forms", len(got.forms))
	}
	if share := *f.Effect; share < 0.5 || share > 0.8 {
		t.Errorf("redundancy %.2f", share)
	}
}

// What is known of a person does not depend on how often it is asked; what happened to him does.
func TestDuplicatesAmongListsOfOtherCycles(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 20)
	answer := func(field string, unit, period, who int) any {
		item, own, _ := strings.Cut(field, "_")
		switch item {
		case "id":
			return fmt.Sprintf("rid:%d-%d", unit, who)
		case "kind":
			kind := count("kind", unit, who, 4)
			if own == "c" {
				return fmt.Sprint(kind + 1)
			}
			return []string{"肢体", "视力", "听力", "智力"}[kind]
		case "visits":
			return count("visits", unit*7+who, period+len(own), 9)
		}
		return count(item, unit, who, 500)
	}
	list := func(id, cycle string, lines ...string) queries.Form {
		return queries.Form{ID: id, System: id, Title: id, Cycle: cycle, Per: "record", Fields: fields(lines...)}
	}
	o.hand(
		paper{form: list("register", "year", "id_a 身份证号 id", "kind_a 残疾类别 code", "money_a 月补贴标准（元） integer", "visits_a 走访次数 integer"), units: villages, periods: []string{"2025"}, records: 20, answer: answer},
		paper{form: list("payments", "half", "id_b 公民身份号码 id", "kind_c 残疾类型代码 code", "money_b 补贴标准（元/月） integer", "visits_bb 走访次数 integer"), units: villages, periods: []string{"2025-07", "2026-01"}, records: 15, answer: answer},
	)
	got := o.duplicates()
	for pair, want := range map[[2]string]string{
		{"register.kind_a", "payments.kind_c"}: "recode", {"register.money_a", "payments.money_b"}: "equal", {"register.visits_a", "payments.visits_bb"}: "",
	} {
		if r := got.relation(pair[0], pair[1]); r != want {
			t.Errorf("%v: %q instead of %q", pair, r, want)
		}
	}
}

// Vouchers are numbered alike everywhere. Two ledgers are the same only where more than the number agrees.
func TestDuplicatesAmongLedgers(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 20)
	ledger := func(id string, lines ...string) queries.Form {
		return queries.Form{ID: id, System: id, Title: id, Cycle: "month", Per: "record", Fields: fields(lines...)}
	}
	answer := func(book string) func(string, int, int, int) any {
		return func(field string, unit, period, record int) any {
			n := period*10 + record
			switch field {
			case "no", "bill":
				return fmt.Sprintf("2026%04d", n)
			case "day", "date":
				return fmt.Sprintf("2026-%02d-%02d", 1+period, 1+count(book+"day", unit, n, 28))
			case "amount", "sum":
				return 10 + count(book+"amount", unit, n, 9000)
			}
			return []string{"修路", "办公", "清淤", "慰问", "培训"}[count(book+"what", unit, n, 5)]
		}
	}
	o.hand(
		paper{form: ledger("zc", "no 凭证号 text", "day 支出日期 date", "amount 支出金额（元） number", "what 支出用途 text"), units: villages, periods: months("2026-01", 4), records: 6, answer: answer("a")},
		paper{form: ledger("bz", "bill 报账单号 text", "date 报账日期 date", "sum 报账金额（元） number", "use 资金用途 text"), units: villages, periods: months("2026-01", 4), records: 5, answer: answer("a")},
		paper{form: ledger("yg", "no 凭证号 text", "day 发放日期 date", "amount 发放金额（元） number", "what 发放事由 text"), units: villages, periods: months("2026-01", 4), records: 6, answer: answer("b")},
	)
	got := o.duplicates()
	if pairs := []string{"bz|zc"}; !slices.Equal(pairs, keysOf(got.forms)) {
		t.Errorf("duplicates %v instead of %v", keysOf(got.forms), pairs)
	}
	for _, pair := range [][2]string{{"zc.no", "yg.no"}, {"zc.amount", "yg.amount"}, {"bz.sum", "yg.amount"}} {
		if r := got.relation(pair[0], pair[1]); r != "" {
			t.Errorf("%v: %s", pair, r)
		}
	}
	if r := got.relation("zc.amount", "bz.sum"); r != "equal" {
		t.Errorf("the same amounts are %q", r)
	}
}

// Two villages with thousands of records: a sample of whole villages would be empty or everything.
func TestDuplicatesOfFewUnits(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 2)
	form := func(id string, lines ...string) queries.Form {
		return queries.Form{ID: id, System: id, Title: id, Cycle: "month", Per: "record", Fields: fields(lines...)}
	}
	answer := func(field string, unit, period, record int) any {
		if field == "no" || field == "bill" {
			return fmt.Sprintf("PZ%d-%04d", period, record)
		}
		return 10 + count("amount"+field[len(field)-1:], unit*100+period, record, 9000)
	}
	o.hand(
		paper{form: form("zc", "no 凭证号 text", "sum1 支出金额（元） number", "tax2 税额（元） number"), units: villages, periods: months("2025-07", 12), records: 300, answer: answer},
		paper{form: form("bz", "bill 报账单号 text", "paid1 报账金额（元） number", "duty2 税款（元） number"), units: villages, periods: months("2025-07", 12), records: 250, answer: answer},
	)
	got := o.duplicates()
	if _, found := got.forms["bz|zc"]; !found {
		t.Errorf("duplicates %v", keysOf(got.forms))
	}
}

func keysOf(m map[string]queries.Finding) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// What cannot be compared is said, and what has labels alone is told as such.
func TestDuplicatesWithoutValues(t *testing.T) {
	o := newOffice(t)
	o.hand(
		paper{form: queries.Form{ID: "a", Title: "甲表", Cycle: "month", Fields: fields("x1 60岁以上老年人数 integer stock", "x2 低保户数 integer stock", "x3 临时救助人次 integer flow")}},
		paper{form: queries.Form{ID: "b", Title: "乙表", Cycle: "month", Fields: fields("y1 辖区60岁以上老年人数（人） integer stock", "y2 低保户数（户） integer stock", "y3 高血压随访人次 integer flow")}},
		paper{form: queries.Form{ID: "c", Title: "丙表", Cycle: "month", Fields: fields("z1 字段1 integer", "z2 字段2 integer")}},
		paper{form: queries.Form{ID: "d", Title: "丁表", Cycle: "month", Fields: fields("k1 填报单位 text key", "k2 备注 text")}},
		paper{form: queries.Form{ID: "e", Title: "戊表", Cycle: "month"}},
	)
	got := o.duplicates()
	f, found := got.forms["a|b"]
	if !found || f.Evidence.Message.Key != "dup.form_unseen" || len(got.forms) != 1 {
		t.Errorf("forms %v: %s", keysOf(got.forms), f.Evidence.Message.Key)
	}
	reasons := map[string]string{}
	for _, f := range got.all {
		if f.Status == "not_assessed" {
			reasons[f.Detector+" "+f.Subject.Forms[0]] = f.Reason.Key
		}
	}
	want := map[string]string{
		"dup-form c": "dup.reason.no_evidence", "dup-form d": "dup.reason.no_payload", "dup-form e": "dup.reason.no_fields", "dup-item c": "dup.reason.blind_fields",
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Error(diff)
	}
	again := o.duplicates()
	if diff := cmp.Diff(got.all, again.all); diff != "" {
		t.Errorf("a second run says something else: %s", diff)
	}
}

func TestNothingIsDuplicateInAnEmptyStore(t *testing.T) {
	if got := newOffice(t).duplicates(); len(got.all) > 0 {
		t.Errorf("%d findings", len(got.all))
	}
}
