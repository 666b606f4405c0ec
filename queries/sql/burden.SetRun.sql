INSERT INTO burden_runs (run, first, recent, last, tariff, noise, unpaced)
