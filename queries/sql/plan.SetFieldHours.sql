INSERT INTO field_hours (run, form, field, kind, hours, hours_low, hours_high)
