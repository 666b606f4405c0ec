WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT toString(form) AS form, month, sum(submissions) AS sent, uniqExact(unit) AS units, sum(observed + filled + estimated) AS hours
FROM burden_monthly
WHERE run = newest
GROUP BY form, month
ORDER BY form, month
