SELECT count(), max(seq) FROM audit_trail
