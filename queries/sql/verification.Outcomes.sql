SELECT unit, form, period, toString(outcome), reason, recorded_by, at, audit, expected, families, recommended, policy, findings, stratum, weight
FROM verification_outcomes ORDER BY at, unit, form, recorded_by LIMIT 1 BY at, unit, form, recorded_by
