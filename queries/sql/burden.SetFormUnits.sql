INSERT INTO burden_form_units
SELECT run, form, uniqExact(unit) FROM burden_monthly WHERE run = {run:UInt64} AND recent GROUP BY run, form
