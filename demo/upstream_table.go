package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver's package offers no other way in
)

// tableJobs writes one SQLite file for every system that keeps its data, or its audit trail, in a database.
func (c *County) tableJobs() []job {
	var jobs []job
	for i := range c.systems {
		if s := &c.systems[i]; s.data == inDatabase || s.logs == tableLogs {
			jobs = append(jobs, func() error { return c.writeDatabase(i) })
		}
	}
	return jobs
}

func (c *County) databasePath(s *systemSpec) string {
	return filepath.Join(tableFolder, s.base+".sqlite")
}

func (c *County) writeDatabase(system int) (err error) {
	s := &c.systems[system]
	path := filepath.Join(c.Options.Dir, c.databasePath(s))
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(off)&_pragma=synchronous(off)")
	if err != nil {
		return fmt.Errorf("unable to make %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return fmt.Errorf("unable to write %s: %w", path, err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	if s.data == inDatabase {
		for f, form := range c.forms {
			if form.system == system {
				if err := c.writeTable(tx, f); err != nil {
					return fmt.Errorf("unable to write %s, form %s: %w", path, form.spec.id, err)
				}
			}
		}
	}
	if s.logs == tableLogs {
		if err := c.writeAudit(tx, system); err != nil {
			return fmt.Errorf("unable to write the audit trail of %s: %w", path, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("unable to write %s: %w", path, err)
	}
	return nil
}

// tableName is that of a form's table.
func (f *form) tableName() string { return "t_" + strings.ReplaceAll(f.spec.id, "-", "_") }

func (c *County) writeTable(tx *sql.Tx, form int) error {
	f := c.forms[form]
	columns := []string{"id INTEGER PRIMARY KEY", "org_code TEXT NOT NULL", "report_period TEXT NOT NULL", "create_by TEXT", "begin_time TEXT", "submit_time TEXT NOT NULL"}
	for i := range f.fields {
		kind := "TEXT"
		if f.fields[i].numeric() {
			kind = "NUMERIC"
		}
		columns = append(columns, fmt.Sprintf("%q %s", f.fields[i].id, kind))
	}
	if f.about() {
		columns = append(columns, "subject_id TEXT")
	}
	if _, err := tx.Exec("CREATE TABLE " + f.tableName() + " (" + strings.Join(columns, ", ") + ")"); err != nil {
		return err
	}
	insert, err := tx.Prepare("INSERT INTO " + f.tableName() + " VALUES (?" + strings.Repeat(", ?", len(columns)-1) + ")")
	if err != nil {
		return err
	}
	periods := c.periods[form]
	for i := range c.submissions[form] {
		sub := &c.submissions[form][i]
		var begin any
		if sub.started != 0 {
			begin = clockText(sub.started)
		}
		row := []any{i + 1, c.units(f)[sub.unit].code, periods[sub.period].name, sub.reporter.account, begin, clockText(sub.submitted)}
		for k := range f.fields {
			row = append(row, cell(&f.fields[k], &sub.values[k]))
		}
		if f.about() {
			row = append(row, sub.subject)
		}
		if _, err := insert.Exec(row...); err != nil {
			return errors.Join(err, insert.Close())
		}
	}
	return insert.Close()
}

// about says whether a form is about persons.
func (f *form) about() bool {
	return f.spec.per == "record" && f.spec.who != "spending" && f.spec.who != "labour" && f.spec.who != "household"
}

// cell is an answer as a database or a spreadsheet holds it.
func cell(fd *field, v *value) any {
	switch {
	case v.absent:
		return nil
	case !fd.numeric():
		return v.text
	case fd.kind() == "integer":
		return int64(v.number)
	}
	return v.number
}

func clockText(at int64) string { return time.Unix(at, 0).In(beijing).Format(time.DateTime) }

// auditWords are what the audit trails of older systems call the actions.
var auditWords = [...]string{
	doLogin: "登录", doView: "查询", doSubmit: "保存", doApprove: "审核", doExport: "导出", doAPI: "接口调用", doHeartbeat: "心跳",
	doOther: "其他", doLogout: "退出", doStatic: "", doHealth: "", doBot: "", doGoods: "", doOrder: "",
}

func (c *County) writeAudit(tx *sql.Tx, system int) error {
	_, err := tx.Exec(`CREATE TABLE sys_oper_log (oper_id INTEGER PRIMARY KEY, oper_time TEXT NOT NULL, user_name TEXT, org_code TEXT, oper_type TEXT NOT NULL,
		form_code TEXT, request_url TEXT, status INTEGER, cost_ms INTEGER, client TEXT)`)
	if err != nil {
		return err
	}
	insert, err := tx.Prepare("INSERT INTO sys_oper_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	for i := range c.usage[system] {
		e := &c.usage[system][i]
		if auditWords[e.action] == "" || e.account < 0 {
			continue
		}
		var form any
		if e.form >= 0 {
			form = c.forms[e.form].spec.id
		}
		a := &c.accounts.list[e.account]
		_, err := insert.Exec(i+1, clockText(e.time), a.name, a.unit, auditWords[e.action], form, c.pathOf(system, e), e.status, e.ms, families[e.client])
		if err != nil {
			return errors.Join(err, insert.Close())
		}
	}
	return insert.Close()
}
