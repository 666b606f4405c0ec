package demo

// sheets is filled in with the spreadsheet kind.
func (w *configWriter) sheets(s *systemSpec, f *form) {}
