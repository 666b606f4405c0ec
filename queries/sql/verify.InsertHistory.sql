INSERT INTO verification_history (unit, form, as_of, priority, recommended, families, expected, run)
