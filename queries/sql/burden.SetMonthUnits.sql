INSERT INTO burden_month_units
SELECT run, month, uniqExact(unit) FROM burden_monthly WHERE run = {run:UInt64} GROUP BY run, month
