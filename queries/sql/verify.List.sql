SELECT unit, form, period, priority, families, findings, recommended FROM verify_list FINAL ORDER BY priority, unit, form
