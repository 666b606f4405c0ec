SELECT unit, form, period, priority, families, findings, recommended, expected, stakes, since FROM verify_list FINAL ORDER BY priority, unit, form
