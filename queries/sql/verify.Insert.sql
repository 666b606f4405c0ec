INSERT INTO verify_list (unit, form, period, priority, families, findings, recommended, expected, stakes, since, run)
