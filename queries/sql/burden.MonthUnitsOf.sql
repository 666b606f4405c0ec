-- How many of some units reported in each month of the hours that the last analysis reckoned.
SELECT month, uniqExact(unit) AS units FROM burden_monthly
WHERE run = (SELECT max(run) FROM burden_unit_sums) AND unit IN {units:Array(String)}
GROUP BY month
ORDER BY month
