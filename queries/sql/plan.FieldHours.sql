SELECT toString(form) AS form, field, toString(kind) AS kind, hours, hours_low, hours_high
FROM field_hours
WHERE run = (SELECT max(run) FROM field_hours)
ORDER BY form, field
