SELECT toString(form) AS form, month, recent, submissions, timed, units, observed, logged, filled, estimated
FROM burden_form_months
WHERE run = (SELECT max(run) FROM burden_unit_sums)
ORDER BY form, month, recent
