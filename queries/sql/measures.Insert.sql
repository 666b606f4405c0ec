INSERT INTO measures (id, name, effective, kind, subject, claimed, source, by, removed, updated)
