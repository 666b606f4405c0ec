WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT toString(form) AS form, sum(submissions) AS sent, sum(timed) AS watched, uniqExact(unit) AS units,
    sum(observed) AS seen, sum(filled) AS own, sum(estimated) AS guess
FROM burden_monthly
WHERE run = newest AND recent
GROUP BY form
ORDER BY form
