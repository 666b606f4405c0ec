SELECT toString(unit) AS unit, submissions, timed, forms, observed, logged, filled, estimated, doubt, paced
FROM burden_unit_sums
WHERE run = (SELECT max(run) FROM burden_unit_sums)
ORDER BY unit
