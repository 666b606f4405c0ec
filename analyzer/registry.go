package analyzer

// Detectors is the catalogue: one line a detector.
func Detectors() []Detector {
	return []Detector{
		idleSystem{},
		idleForced{},
		burdenHours{},
		fabCopyForward{},
		fabCrossUnit{},
	}
}
