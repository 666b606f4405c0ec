package queries

import "context"

// KeepOutcome is as far as an outcome comes when a crash follows: its case has not been decided by it.
func (s *Store) KeepOutcome(ctx context.Context, o VerifyOutcome) error { return s.keepOutcome(ctx, o) }
