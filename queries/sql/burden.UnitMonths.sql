SELECT toString(unit) AS unit, month, sum(observed + filled + estimated) AS hours
FROM burden_monthly
WHERE run = (SELECT max(run) FROM burden_unit_sums) AND recent
GROUP BY unit, month
ORDER BY unit, month
