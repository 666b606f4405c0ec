INSERT INTO verification_samples (month, unit, form, stratum, population, drawn, period, run)
