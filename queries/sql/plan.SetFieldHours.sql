INSERT INTO field_hours (run, form, field, hours, hours_low, hours_high)
