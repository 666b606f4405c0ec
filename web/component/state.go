package component

// State is one of the four states that every judgement is shown in: confirmed, to verify, no problem found, not assessed.
type State string

// The states.
const (
	Confirmed   State = "confirmed"
	ToVerify    State = "verify"
	NoProblem   State = "fine"
	NotAssessed State = "empty"
)

// StateOf is the state in which a finding's status is shown.
func StateOf(status string) State {
	switch status {
	case "verified":
		return Confirmed
	case "open", "assigned":
		return ToVerify
	case "not_assessed":
		return NotAssessed
	default:
		return NoProblem
	}
}

// Families, severities and statuses in the order in which people read them.
var (
	Families   = []string{"duplicate", "unused", "fabrication", "burden", "standard", "privacy", "policy"}
	Severities = []string{"high", "medium", "low"}
	Statuses   = []string{"open", "assigned", "verified", "explained", "false_alarm", "resolved", "waived", "not_assessed"}
)

func severityBars(severity string) int {
	switch severity {
	case "high":
		return 3
	case "medium":
		return 2
	default:
		return 1
	}
}
