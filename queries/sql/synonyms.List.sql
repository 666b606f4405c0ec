SELECT a, b, same, field_a, field_b, by, note, at FROM synonyms FINAL ORDER BY at DESC, a, b
