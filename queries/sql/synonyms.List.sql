SELECT a, b, same, field_a, field_b, by, note, at FROM synonyms FINAL
ORDER BY at DESC, a, b, field_a, field_b
LIMIT 1 BY a, b, if(a = b, (field_a, field_b), ('', ''))
