SELECT month, unit, form, stratum, population, drawn, period FROM verification_samples FINAL ORDER BY month, stratum, unit, form
