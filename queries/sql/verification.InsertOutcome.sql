INSERT INTO verification_outcomes (unit, form, period, outcome, reason, recorded_by, at, audit, expected, families, recommended, policy, findings, stratum, weight)
