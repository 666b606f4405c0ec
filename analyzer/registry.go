package analyzer

// Detectors is the catalogue: one line a detector.
func Detectors() []Detector {
	uses, panels := &useModel{}, &panelModel{}
	digits := &digitModel{panels: panels}
	duplicateForms, duplicateItems, duplicateEntries, conflictingStandards := newDuplicates()
	return honourWaivers(append([]Detector{
		burdenHours{},
		burdenOverload{}, // after the hours, which it and the others below charge
		burdenShortNotice{},
		burdenOffHours{},
		burdenSprawl{},
		burdenUnapproved{},
		duplicateForms,
		duplicateItems,
		duplicateEntries,
		conflictingStandards,
		idleSystem{uses}, // after what it suggests with: hours and duplicates
		idleForced{uses},
		idleForm{uses},
		idleField{},
		fabCopyForward{panels},
		fabCrossUnit{panels},
		fabNearDuplicate{panels},
		fabTerminalDigit{digits},
		fabHeaping{digits},
		fabIntegerRate{panels},
		fabNumberBunching{panels},
		fabTargetBunching{panels},
		fabBenford{},
		fabIdentity{panels},
		fabCrossSource{panels}, // after the duplicates, whose matches say which fields hold the same
		fabMultivariate{},
		fabTiming{},
		fabBurst{panels},
		fabSmooth{panels},
		fabOutlier{panels},
	}, newRules(uses)...))
}
