package web_test

import (
	"context"
	"fmt"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// looking is what the canned county has of cases. What people do goes through the same rules as on a store.
type looking struct {
	matters []queries.Case
	files   map[string][]byte
}

func (c *canned) Cases(context.Context) ([]queries.Case, error) { return c.matters, c.err }

func (c *canned) CaseFile(_ context.Context, sum string) ([]byte, error) {
	if content, ok := c.files[sum]; ok {
		return content, nil
	}
	return nil, queries.ErrNotFound
}

func (c *canned) OpenCase(_ context.Context, o queries.CaseOpening) (queries.Case, error) {
	subject := queries.CaseSubject{Unit: o.Unit, Form: o.Form, Findings: o.Findings}
	if o.Unit != "" {
		subject.Units, subject.Forms, subject.Systems = []string{o.Unit}, []string{o.Form}, []string{c.names.FormSystems[o.Form]}
	}
	said := []queries.CaseSaid{}
	for _, f := range c.findings {
		for _, id := range o.Findings {
			if f.ID == id {
				subject.Units, subject.Forms, subject.Systems, subject.Family = f.Subject.Units, f.Subject.Forms, f.Subject.Systems, f.Family
				said = append(said, queries.CaseSaid{ID: id, Detector: f.Detector, Family: f.Family, Severity: f.Severity, Message: f.Evidence.Message, From: f.From, To: f.To})
			}
		}
	}
	for _, x := range c.matters {
		for _, id := range o.Findings {
			if x.Holds(id) && x.State != queries.CaseClosed {
				return queries.Case{}, &queries.CaseRefusal{Code: queries.CaseRefusedAlready, Case: x.ID}
			}
		}
	}
	folded, err := queries.FoldCases([]queries.CaseEvent{{
		Case: fmt.Sprintf("2026-%04d", len(c.matters)+1), Number: 1, Recorded: o.Now, Account: o.Account, Name: o.Name, Kind: queries.CaseEventOpened, To: queries.CaseOpen,
		Text: o.Text, Subject: &subject, Said: said,
	}})
	if err != nil {
		return queries.Case{}, err
	}
	c.matters = append(c.matters, folded[0])
	return folded[0], c.writeErr
}

func (c *canned) ActOnCase(_ context.Context, cmd queries.CaseCommand) (queries.CaseEvent, error) {
	for i := range c.matters {
		x := &c.matters[i]
		if x.ID != cmd.Case {
			continue
		}
		e, err := x.Act(cmd)
		if err != nil {
			return e, err
		}
		folded, err := queries.FoldCases(append(x.Events, e))
		if err != nil {
			return e, err
		}
		*x = folded[0]
		for k := range c.findings {
			if x.Holds(c.findings[k].ID) {
				c.findings[k].Status = x.Status()
			}
		}
		return e, c.writeErr
	}
	return queries.CaseEvent{}, queries.ErrNotFound
}

func (c *canned) SaveCaseFile(_ context.Context, name string, content []byte) (queries.CaseFile, error) {
	if len(content) > queries.MostAttached {
		return queries.CaseFile{}, queries.ErrTooLarge
	}
	f := queries.DescribeFile(name, content)
	if c.files == nil {
		c.files = map[string][]byte{}
	}
	c.files[f.SHA256] = content
	return f, nil
}

// addCases gives the county a case in every state, with everything that can happen to one.
func (c *canned) addCases() {
	at := now.AddDate(0, 0, -20)
	var before []string // the other pages of the county are those of before its cases
	for _, f := range c.findings {
		before = append(before, f.Status)
	}
	open := func(o queries.CaseOpening) string {
		at = at.Add(26 * time.Hour)
		o.Account, o.Name, o.Now = "wang", "王主任", at
		x, err := c.OpenCase(context.Background(), o)
		if err != nil {
			panic(err)
		}
		return x.ID
	}
	act := func(id string, cmd queries.CaseCommand) {
		at = at.Add(90 * time.Minute)
		cmd.Case, cmd.Account, cmd.Name, cmd.Now = id, "li", "李科长", at
		if _, err := c.ActOnCase(context.Background(), cmd); err != nil {
			panic(err)
		}
	}
	row := c.verify[0]
	first := open(queries.CaseOpening{Unit: row.Unit, Form: row.Form, Findings: row.Findings, Text: "先核对二季度台账"})
	act(first, queries.CaseCommand{Verb: "assign", Assignee: "li", AssigneeName: "李科长", Due: date("2026-07-01")})
	act(first, queries.CaseCommand{Verb: "comment", Text: "已电话联系村会计。\n周三下午到村。"})
	file, err := c.SaveCaseFile(context.Background(), "二季度台账照片.txt", []byte("台账"))
	if err != nil {
		panic(err)
	}
	act(first, queries.CaseCommand{Verb: "attach", File: &file, Text: "现场拍摄"})
	about := map[string][]string{}
	for _, f := range c.findings {
		if f.Status != "not_assessed" && !c.matters[0].Holds(f.ID) {
			about[f.Family] = append(about[f.Family], f.ID)
		}
	}
	second := open(queries.CaseOpening{Findings: about["duplicate"][:1]})
	act(second, queries.CaseCommand{Verb: "decide", Verdict: queries.CaseVerified, Text: "两表口径一致，已函告主管单位"})
	third := open(queries.CaseOpening{Findings: about["unused"][:1]})
	act(third, queries.CaseCommand{Verb: "decide", Verdict: queries.CaseFalseAlarm, Text: "日志中断期间仍在使用"})
	act(third, queries.CaseCommand{Verb: "close"})
	open(queries.CaseOpening{Findings: about["duplicate"][1:2]})
	for i := range c.findings {
		c.findings[i].Status = before[i]
	}
}
