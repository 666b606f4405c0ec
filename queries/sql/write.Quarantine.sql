INSERT INTO quarantine (id, source, origin, line, field, kind, reason, raw, status, seen, batch, updated)
