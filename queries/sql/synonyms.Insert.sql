INSERT INTO synonyms (a, b, same, field_a, field_b, by, note, at)
