SELECT id, name, effective, toString(kind) AS kind, subject, claimed, source, by, updated
FROM measures FINAL
WHERE NOT removed
ORDER BY effective DESC, id
