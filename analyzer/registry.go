package analyzer

// Detectors is the catalogue: one line a detector.
func Detectors() []Detector {
	duplicateForms, duplicateItems, duplicateEntries, conflictingStandards := newDuplicates()
	return []Detector{
		idleSystem{},
		idleForced{},
		burdenHours{},
		duplicateForms,
		duplicateItems,
		duplicateEntries,
		conflictingStandards,
		fabCopyForward{},
		fabCrossUnit{},
		fabTerminalDigit{},
		fabBenford{},
	}
}
