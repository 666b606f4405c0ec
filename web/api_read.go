package web

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/page"
)

// me is who asks, as far as rights go.
type me struct {
	Account   string        `json:"account"`
	Name      string        `json:"name"`
	Roles     []access.Role `json:"roles"`
	Divisions []string      `json:"divisions"`
	Systems   []string      `json:"systems"`
	Token     string        `json:"token"` // id of the token, empty for a session
}

func apiMe(c *call) (any, error) {
	who := access.Of(c.ctx())
	return me{who.Account, who.Name, append([]access.Role{}, who.Roles...), append([]string{}, who.Divisions...), append([]string{}, who.Systems...), who.Token}, nil
}

func apiOverview(c *call) (any, error) {
	data, err := c.reader.ReadOverview(c.ctx())
	if err != nil {
		return nil, err
	}
	savable, err := c.server.savable(c.ctx())
	return interchange.OverviewOf(data, savable), err
}

func apiSystems(c *call) (any, error) {
	all, err := c.reader.ReadSystems(c.ctx())
	if err != nil {
		return nil, err
	}
	return listed(c, sortSystems(narrowSystems(all, c.URL.Query()), c.get("sort"), c.get("order") == "asc"), interchange.SystemOf)
}

func apiSystem(c *call) (any, error) {
	data, err := c.reader.ReadSystem(c.ctx(), c.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return c.words.SystemDetail(data), nil
}

func apiForms(c *call) (any, error) {
	all, err := c.reader.ReadForms(c.ctx())
	if err != nil {
		return nil, err
	}
	system, text := c.get("system"), strings.ToLower(c.get("q"))
	var rows []queries.Form
	for _, id := range slices.Sorted(maps.Keys(all)) {
		f := all[id]
		if (system == "" || f.System == system) && (text == "" || strings.Contains(strings.ToLower(f.Title+" "+f.ID), text)) {
			rows = append(rows, f)
		}
	}
	return listed(c, rows, interchange.FormOf)
}

func apiForm(c *call) (any, error) {
	all, err := c.reader.ReadForms(c.ctx())
	if err != nil {
		return nil, err
	}
	f, known := all[c.PathValue("id")]
	if !known {
		return nil, queries.ErrNotFound
	}
	return interchange.FormOf(f), nil
}

func apiUnits(c *call) (any, error) {
	all, err := c.reader.ReadUnits(c.ctx())
	if err != nil {
		return nil, err
	}
	if text := c.get("q"); text != "" {
		within := withinUnits(c.names, text)
		all = slices.DeleteFunc(slices.Clone(all), func(u queries.UnitRow) bool {
			_, found := slices.BinarySearch(within, u.Code)
			return !found
		})
	}
	return listed(c, sortUnits(all, c.get("sort"), c.get("order") == "asc"), interchange.UnitOf)
}

func apiUnit(c *call) (any, error) {
	data, err := c.reader.ReadUnit(c.ctx(), c.PathValue("code"), nil)
	if err != nil {
		return nil, err
	}
	return c.words.UnitDetail(data), nil
}

func apiFindings(c *call) (any, error) {
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	q := findingQuery(c.URL.Query(), c.names)
	q.Limit, q.Offset = limit, from
	found, err := c.reader.ReadFindings(c.ctx(), q)
	if err != nil {
		return nil, err
	}
	return listedPage(c, found.Rows, from, found.Total, c.words.Finding), nil
}

func apiFinding(c *call) (any, error) {
	id := c.PathValue("id")
	found, err := c.server.findingsByID(c.ctx(), []string{id})
	if err != nil {
		return nil, err
	}
	f, known := found[id]
	if !known {
		return nil, queries.ErrNotFound
	}
	return c.words.Finding(f), nil
}

func apiVerify(c *call) (any, error) {
	all, err := c.server.verifyItems(c.ctx())
	if err != nil {
		return nil, err
	}
	view := cmp.Or(c.get("view"), page.VerifyViews[0])
	rows := slices.DeleteFunc(narrowVerify(all, c.URL.Query(), c.names), func(i queries.VerifyItem) bool { return !page.InVerifyView(view, i) })
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	total := uint64(len(rows))
	from = min(from, total)
	shown, err := c.server.verifyRows(c.ctx(), rows[from:min(from+limit, total)])
	if err != nil {
		return nil, err
	}
	return listedPage(c, shown, from, total, func(v page.VerifyRow) interchange.Verify { return c.words.Verify(v.VerifyItem, v.Strongest) }), nil
}

func apiVerifyOne(c *call) (any, error) {
	item, err := c.server.verifyItem(c.ctx(), c.PathValue("unit"), c.PathValue("form"))
	if err != nil {
		return nil, err
	}
	found, err := c.server.caseFindings(c.ctx(), item)
	if err != nil {
		return nil, err
	}
	outcomes, err := c.server.outcomes(c.ctx())
	if err != nil {
		return nil, err
	}
	outcomes = slices.DeleteFunc(slices.Clone(outcomes), func(o queries.VerifyOutcome) bool { return o.Unit != item.Unit || o.Form != item.Form })
	history, err := c.reader.VerifyHistory(c.ctx(), item.Unit, item.Form)
	if err != nil {
		return nil, err
	}
	return c.words.VerifyDetail(item, found, outcomes, history), nil
}

func apiSources(c *call) (any, error) {
	all, err := c.reader.ReadSources(c.ctx())
	if err != nil {
		return nil, err
	}
	return listed(c, all, interchange.SourceRow)
}

func apiMethods(c *call) (any, error) {
	return listed(c, c.server.Detectors, func(d Detector) interchange.Method {
		m := interchange.Method{
			ID: d.ID, Name: c.words.Word("detector." + d.ID + ".name"), Family: d.Family, Version: d.Version, Evidence: d.Evidence, Thresholds: d.Thresholds,
		}
		if m.Thresholds == nil {
			m.Thresholds = map[string]float64{}
		}
		return m
	})
}

func apiMeasures(c *call) (any, error) {
	all, err := c.reader.MeasureChanges(c.ctx())
	if err != nil {
		return nil, err
	}
	return listed(c, all, func(m queries.MeasureChange) interchange.Measure {
		return interchange.MeasureOf(m.Measure, m.BurdenChange)
	})
}

// burdenQuery reads which hours are asked for, and gives the days that they are of.
func (c *call) burdenQuery() (q queries.BurdenQuery, err error) {
	q.By = cmp.Or(c.get("by"), "department")
	if unit := c.get("unit"); unit != "" {
		if q.Units = c.names.Below(unit); len(q.Units) == 0 {
			return q, queries.ErrNotFound
		}
	}
	month := func(name string) time.Time {
		t, _ := time.Parse("2006-01", c.get(name)) // checked with all parameters
		return t
	}
	q.From, q.To = month("from"), month("to")
	switch {
	case q.From.IsZero() && !q.To.IsZero():
		return q, &queryFault{"span", nil}
	case !q.From.IsZero() && q.To.IsZero():
		q.To = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if q.To.Before(q.From) {
		return q, &queryFault{"span", nil}
	}
	return q, nil
}

// burdenRows are the hours that are asked for, as the command line writes them.
func (c *call) burdenRows() ([]interchange.Burden, error) {
	q, err := c.burdenQuery()
	if err != nil {
		return nil, err
	}
	data, err := c.reader.ReadBurden(c.ctx(), q.Units)
	if err != nil {
		return nil, err
	}
	all, err := c.reader.BurdenRows(c.ctx(), q)
	if err != nil {
		return nil, err
	}
	from, to := data.Run.Days(q)
	out := make([]interchange.Burden, len(all))
	for i, x := range all {
		out[i] = c.words.Burden(q.By, x, data.Run.Tariff)
		out[i].From, out[i].To = interchange.Date(from), interchange.Date(to)
	}
	return out, nil
}

func apiBurden(c *call) (any, error) {
	all, err := c.burdenRows()
	if err != nil {
		return nil, err
	}
	return listed(c, all, func(x interchange.Burden) interchange.Burden { return x })
}

func apiReport(c *call) error {
	component, err := c.server.report(c.w, c.Request)
	if err == nil && component != nil {
		c.server.write(c.w, c.Request, http.StatusOK, component)
	}
	return err
}
