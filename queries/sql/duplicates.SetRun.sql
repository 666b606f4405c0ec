INSERT INTO duplicate_runs (run, as_of, forms, fields, compared, hours, hours_low, hours_high)
