SELECT run, first, recent, last, tariff, noise, unpaced FROM burden_runs WHERE run = (SELECT max(run) FROM burden_unit_sums) LIMIT 1
