package evaluate

import (
	"encoding/json"
	"slices"
)

// demoTruth takes what concerns fabrication from the truth.json of `jianfu demo`: its villages and communities, and the
// forms in which somebody fabricates.
func (p *parser) demoTruth() (*Truth, error) {
	var d struct {
		Seed   uint64  `json:"seed"`
		Fraud  float64 `json:"fraud"`
		From   string  `json:"from"`
		AsOf   string  `json:"as_of"`
		Burden []struct {
			Unit string `json:"unit"`
			Kind string `json:"kind"`
		} `json:"burden"`
		FormHours []struct {
			Form string `json:"form"`
		} `json:"form_hours"`
		Fabricated []struct {
			Unit    string   `json:"unit"`
			Form    string   `json:"form"`
			Kind    string   `json:"kind"`
			Source  string   `json:"source"`
			Periods []string `json:"periods"`
			Of      int      `json:"of"`
		} `json:"fabricated"`
	}
	if err := json.Unmarshal(p.text, &d); err != nil {
		return nil, p.fault(0, "", "unable to read the truth of a demo: %s", err)
	}
	t := &Truth{Format: Format, Version: Version, Seed: d.Seed, Share: d.Fraud, From: d.From, AsOf: d.AsOf}
	for _, b := range d.Burden {
		if b.Kind != "town" && !slices.Contains(t.Units, b.Unit) {
			t.Units = append(t.Units, b.Unit)
		}
	}
	for _, f := range d.FormHours {
		if !slices.Contains(t.Forms, f.Form) {
			t.Forms = append(t.Forms, f.Form)
		}
	}
	if len(t.Units) == 0 || len(t.Forms) == 0 {
		return nil, p.fault(0, "burden", "the truth of a demo names no units or no forms here")
	}
	for _, f := range d.Fabricated {
		if !slices.Contains(t.Units, f.Unit) || !slices.Contains(t.Forms, f.Form) {
			return nil, p.fault(0, "fabricated", "%s or %s is not among the units and forms of the file", f.Unit, f.Form)
		}
		intensity := 0.0
		if f.Of > 0 {
			intensity = min(1, float64(len(f.Periods))/float64(f.Of))
		}
		t.Bad = append(t.Bad, Bad{
			Unit: f.Unit, Form: f.Form, Kind: f.Kind, Source: f.Source, Periods: f.Periods, Intensity: intensity, Submissions: len(f.Periods), Of: f.Of,
		})
	}
	return t, nil
}
