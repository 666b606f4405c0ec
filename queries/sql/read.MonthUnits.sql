-- How many units reported in each month of the hours that the last analysis reckoned.
WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT month, uniqExact(toString(unit)) FROM burden_monthly WHERE run = newest GROUP BY month
