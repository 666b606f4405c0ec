SELECT run, as_of, forms, fields, compared, hours, hours_low, hours_high FROM duplicate_runs ORDER BY run DESC LIMIT 1
