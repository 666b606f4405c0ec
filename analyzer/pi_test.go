package analyzer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// register writes a form with one record a person and three months of records, ten persons a unit.
func (w *world) register(id, system, title, basis string, fields ...string) {
	var list []map[string]any
	for i, label := range fields {
		list = append(list, map[string]any{"id": fmt.Sprintf("f%d", i), "label": label, "type": "text"})
	}
	w.record(map[string]any{"type": "form", "id": id, "system": system, "title": title, "cycle": "month", "per": "record", "basis": basis, "fields": list})
	for m := w.months - 3; m < w.months; m++ {
		for u := range w.units {
			for p := range 10 {
				values := map[string]any{}
				for i := range fields {
					values[fmt.Sprintf("f%d", i)] = fmt.Sprintf("%s %d %d", fields[i], u, p)
				}
				w.record(map[string]any{
					"type": "submission", "form": id, "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "subject": fmt.Sprintf("person %d %d", u, p),
					"submitted_at": w.month(m).AddDate(0, 0, 20).Format(time.RFC3339), "reporter": "r" + unitCode(u), "values": values,
				})
			}
		}
	}
}

// reader is somebody who writes nothing and looks once a month.
func (w *world) reader(system, form, action string) {
	for ago := 390; ago >= 0; ago -= 30 {
		r := map[string]any{"type": "usage", "system": system, "time": w.asOf.AddDate(0, 0, -ago).Format(time.RFC3339), "actor": "reader", "action": action, "object": "/x", "status": 200}
		if form != "" {
			r["form"] = form
		}
		w.record(r)
	}
}

func TestPersonalDataWithoutUse(t *testing.T) {
	w := newWorld(6, 6)
	sensitive := []string{"姓名", "身份证号", "残疾类别", "银行卡号"}
	app := func(id string) { w.system(id, id, "局"+id, "county", "website", nil) }
	// Nobody reads it; once with a basis, once of little weight.
	app("unread")
	w.register("unread-form", "unread", "残疾人情况登记表", "", sensitive...)
	w.visits("unread", 2, 400, "login /login", "submit /save unread-form", "view /show unread-form")
	app("lawful")
	w.register("lawful-form", "lawful", "残疾人情况登记表", "残疾人保障法", sensitive...)
	w.visits("lawful", 2, 400, "submit /save lawful-form")
	app("phones")
	w.register("phones-form", "phones", "村民通讯录", "", "姓名", "联系电话", "身份证号")
	w.visits("phones", 2, 400, "submit /save phones-form")
	// Somebody reads, a machine pulls, or everything is exported without a form's name.
	app("read")
	w.register("read-form", "read", "残疾人情况登记表", "", sensitive...)
	w.visits("read", 2, 400, "submit /save read-form")
	w.reader("read", "read-form", "view")
	app("exported")
	w.register("exported-form", "exported", "残疾人情况登记表", "", sensitive...)
	w.visits("exported", 2, 400, "submit /save exported-form")
	w.reader("exported", "", "export")
	// Nothing can be said.
	app("young")
	w.register("young-form", "young", "残疾人情况登记表", "", sensitive...)
	w.visits("young", 6, 60, "submit /save young-form")
	w.system("dark", "dark", "局", "county", "website", map[string]any{"usage_covered": false})
	w.register("dark-form", "dark", "残疾人情况登记表", "", sensitive...)
	// Totals that ask for persons, and totals that do not.
	app("totals")
	w.asks("totals-form", "totals", "困难群众统计表", nil, "低保人数:integer", "户主身份证号:id")
	w.asks("counts-form", "totals", "残疾人统计表", nil, "残疾人数:integer", "填报人", "联系电话:phone")
	// Waived, and a waiver that ran out.
	app("waived")
	w.register("waived-form", "waived", "重点人员登记表", "", sensitive...)
	w.visits("waived", 2, 400, "submit /save waived-form")
	app("ended")
	w.register("ended-form", "ended", "重点人员登记表", "", sensitive...)
	w.visits("ended", 2, 400, "submit /save ended-form")
	w.system("waived", "waived", "局waived", "county", "website", map[string]any{"waiver": map[string]any{"rule": "privacy", "basis": "反恐怖主义法", "until": soon}})
	w.system("ended", "ended", "局ended", "county", "website", map[string]any{"waiver": map[string]any{"rule": "pi-overcollection", "basis": "反恐怖主义法", "until": gone}})
	got := ruled(t, w.input(t), "privacy")
	for _, c := range []struct {
		form, status, severity, message string
		fields                          int
	}{
		{"unread-form", "open", "high", "privacy.over.unread", 3},
		{"lawful-form", "open", "medium", "privacy.over.unread", 3},
		{"phones-form", "open", "medium", "privacy.over.unread", 2},
		{"read-form", "", "", "", 0},
		{"exported-form", "not_assessed", "", "", 0},
		{"young-form", "not_assessed", "", "", 0},
		{"dark-form", "not_assessed", "", "", 0},
		{"totals-form", "open", "medium", "privacy.over.totals", 1},
		{"counts-form", "", "", "", 0},
		{"waived-form", "waived", "high", "privacy.over.unread", 3},
		{"ended-form", "open", "high", "privacy.over.unread", 3},
	} {
		f := got["pi-overcollection "+c.form]
		if f.Status != c.status || c.severity != "" && (f.Severity != c.severity || f.Evidence.Message.Key != c.message || len(f.Subject.Fields) != c.fields) {
			t.Errorf("%s: %q %s %v %v %v, want %+v", c.form, f.Status, f.Severity, f.Evidence.Message, f.Subject.Fields, f.Reason, c)
		}
	}
	if n := got["pi-overcollection unread-form"].Evidence.Detail["persons"]; n != uint64(60) {
		t.Errorf("%v persons are concerned, want 60", n)
	}
}

func TestBiometricDataIsReported(t *testing.T) {
	w := newWorld(6, 6)
	w.system("faces", "认证小程序", "局", "county", "mini_program", nil)
	w.asks("declared-form", "faces", "资格认证表", nil, "姓名:text", "人脸特征:biometric")
	w.asks("photo-form", "faces", "刷脸签到表", nil, "人脸照片:photo")
	w.asks("gates-form", "faces", "门禁建设表", nil, "人脸识别门禁（台）:integer", "转基因作物面积:number")
	in := w.input(t)
	rejected := []queries.Rejected{
		{Origin: "arrived-form", Field: "face", Kind: "refused", Reason: "biometric"},
		{Origin: "users.csv", Field: "photo", Kind: "refused", Reason: "binary"},
		{Origin: "old.zip", Kind: "refused", Reason: "archives are not read"},
		{Origin: "arrived-form", Field: "n", Kind: "malformed", Reason: "no number"},
	}
	in.Registry.DeclareForm(queries.Form{ID: "arrived-form", System: "faces", Title: "门禁登记", Per: "record", Declared: true, Fields: []queries.Field{{ID: "face", Label: "脸"}}})
	if err := in.Registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Store.Write(t.Context(), queries.Batch{Source: "drop", Rejected: rejected}); err != nil {
		t.Fatal(err)
	}
	got := ruled(t, in, "privacy")
	for _, c := range []struct{ form, status, severity, message string }{
		{"declared-form", "open", "medium", "privacy.biometric.declared"},
		{"photo-form", "open", "medium", "privacy.biometric.declared"},
		{"gates-form", "", "", ""},
		{"arrived-form", "open", "high", "privacy.biometric.arrived"},
	} {
		f := got["pi-biometric "+c.form]
		if f.Status != c.status || f.Severity != c.severity || f.Evidence.Message.Key != c.message {
			t.Errorf("%s: %q %s %v", c.form, f.Status, f.Severity, f.Evidence.Message)
		}
	}
	origins := 0
	for _, d := range detectorsOf("pi-biometric") {
		found, err := d.Detect(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.Evidence.Message.Key == "privacy.biometric.binary" {
				origins++
				if f.Evidence.Message.Params["origin"] != "users.csv" || len(f.Subject.Forms) > 0 {
					t.Errorf("%+v", f.Evidence.Message)
				}
			}
		}
		if ids := idsOf(found); len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
			t.Errorf("ids repeat: %v", ids)
		}
	}
	if origins != 1 {
		t.Errorf("%d findings of files, want that of users.csv", origins)
	}
}

func idsOf(all []queries.Finding) []string {
	var out []string
	for _, f := range all {
		out = append(out, f.ID)
	}
	return out
}
