package analyzer

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// defaultPolicy is the policy in force where no file is configured. It is also the model for a local one.
//
//go:embed policy.yaml
var defaultPolicy []byte

// Policy holds the thresholds of all detectors. They are local policy: one file, with a version, printed in every finding
// and report. A rule whose source gives no number has its number here.
type Policy struct {
	Version   string                        `yaml:"version"`
	Timezone  string                        `yaml:"timezone"`
	Window    int                           `yaml:"window_days"` // days that an analysis looks back
	Verify    VerifyPolicy                  `yaml:"verification"`
	Holidays  []Holiday                     `yaml:"holidays"` // over the built-in calendar
	Usage     UsageRules                    `yaml:"usage"`    // what the pages of systems are taken for
	Detectors map[string]map[string]float64 `yaml:"detectors"`
	Waivers   []PolicyWaiver                `yaml:"waivers"` // whom local decisions exempt, beside the registry's waivers

	Identities []PolicyIdentity `yaml:"identities"` // arithmetic that forms must keep, beside what is learnt from the data
}

// VerifyPolicy is how suspicious data are looked for.
type VerifyPolicy struct {
	Window int `yaml:"window_days"` // days whose data are compared; at least those of the policy
	// Reference are codes, or beginnings of codes, of units whose data were verified to be genuine: where some of them report a
	// form of records, the others are held against them alone.
	Reference []string `yaml:"reference"`
}

// Holiday is a day, or the days up to To, that a notice on holidays makes free or, on a weekend, a workday (调休上班). It stands
// over the built-in calendar.
type Holiday struct {
	Day  string `yaml:"day"` // 2026-10-01
	To   string `yaml:"to"`  // last day where there are several
	Work bool   `yaml:"work"`

	first, last int // day numbers
}

// DefaultPolicy is the built-in policy.
func DefaultPolicy() (*Policy, error) { return parsePolicy("the built-in policy", defaultPolicy, nil) }

// LoadPolicy reads a policy file over the built-in one: what the file leaves out keeps its default. Unknown detectors and
// thresholds are faults, all reported at once.
func LoadPolicy(path string) (*Policy, error) {
	base, err := DefaultPolicy()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("unable to read the policy file %s: it does not exist; leave out 'policy:' to use the built-in one", path)
	}
	if err != nil {
		return nil, fmt.Errorf("unable to read the policy file: %w", err)
	}
	return parsePolicy(path, text, base)
}

func parsePolicy(name string, text []byte, base *Policy) (*Policy, error) {
	var p Policy
	if err := yaml.UnmarshalWithOptions(text, &p, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("unable to read %s: %s", name, yaml.FormatError(err, false, true))
	}
	var faults []error
	if p.Version == "" {
		faults = append(faults, fmt.Errorf("%s: version is missing; every report prints it, so change it with every change", name))
	}
	faults = append(faults, checkHolidays(name, text, p.Holidays)...)
	faults = append(faults, p.Usage.check(name, text)...)
	faults = append(faults, identityFaults(name, text, p.Identities)...)
	if base == nil {
		return &p, errors.Join(faults...)
	}
	base.Holidays = append(base.Holidays, p.Holidays...)
	base.Usage = p.Usage.over(base.Usage)
	for detector, thresholds := range p.Detectors {
		known, ok := base.Detectors[detector]
		if !ok {
			faults = append(faults, fmt.Errorf("%s: detectors.%s: there is no such detector; known are %s", name, detector, list(base.Detectors)))
			continue
		}
		for threshold, value := range thresholds {
			if _, ok := known[threshold]; !ok {
				faults = append(faults, fmt.Errorf("%s: detectors.%s.%s: there is no such threshold; known are %s", name, detector, threshold, list(known)))
				continue
			}
			known[threshold] = value
		}
	}
	faults = append(faults, waiverFaults(name, text, p.Waivers, base.Detectors)...)
	base.Waivers = p.Waivers
	base.Identities = append(base.Identities, p.Identities...)
	base.Version = p.Version
	if p.Timezone != "" {
		base.Timezone = p.Timezone
	}
	if p.Window < 0 {
		faults = append(faults, fmt.Errorf("%s: window_days: %d is not a number of days", name, p.Window))
	}
	if p.Window > 0 {
		base.Window = p.Window
	}
	if p.Verify.Window < 0 {
		faults = append(faults, fmt.Errorf("%s: verification.window_days: %d is not a number of days", name, p.Verify.Window))
	}
	if p.Verify.Window > 0 {
		base.Verify.Window = p.Verify.Window
	}
	if slices.Contains(p.Verify.Reference, "") {
		faults = append(faults, fmt.Errorf("%s: verification.reference: an empty code would declare every unit genuine; leave the line out to declare none", name))
	}
	if len(p.Verify.Reference) > 0 {
		base.Verify.Reference = p.Verify.Reference
	}
	return base, errors.Join(faults...)
}

func list[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

// Of gives a detector's thresholds. The map is a copy: it goes into findings.
func (p *Policy) Of(detector string) map[string]float64 { return maps.Clone(p.Detectors[detector]) }
