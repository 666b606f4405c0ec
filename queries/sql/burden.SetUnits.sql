INSERT INTO burden_units (run, unit, pace, doubt)
