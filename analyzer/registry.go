package analyzer

// Detectors is the catalogue: one line a detector.
func Detectors() []Detector {
	duplicateForms, duplicateItems := newDuplicates()
	return []Detector{
		idleSystem{},
		idleForced{},
		burdenHours{},
		duplicateForms,
		duplicateItems,
		fabCopyForward{},
		fabCrossUnit{},
		fabTerminalDigit{},
		fabBenford{},
	}
}
