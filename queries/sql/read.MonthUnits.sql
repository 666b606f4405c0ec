-- How many units reported in each month of the hours that the last analysis reckoned.
SELECT month, units FROM burden_month_units WHERE run = (SELECT max(run) FROM burden_unit_sums) ORDER BY month
