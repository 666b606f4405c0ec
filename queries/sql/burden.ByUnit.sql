-- Doubt is the standard deviation of filled and estimated hours. Estimates of different forms err together, because they
-- are calibrated on the same forms; submissions that were filled in err each for itself.
WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT toString(m.unit) AS unit, sum(m.sent) AS submissions, count() AS forms, sum(m.seen) AS observed, sum(m.own) AS filled, sum(m.guess) AS estimated,
    sqrt(sumIf(pow(b.spread * m.own, 2) / greatest(1, m.sent - m.watched), b.observed) + pow(sumIf(b.spread * m.guess, NOT b.observed), 2)) AS doubt,
    any(u.pace) > 0 AS paced
FROM (
    SELECT form, unit, sum(submissions) AS sent, sum(timed) AS watched, sum(observed) AS seen, sum(filled) AS own, sum(estimated) AS guess
    FROM burden_monthly WHERE run = newest AND recent GROUP BY form, unit
) AS m
INNER JOIN (SELECT form, spread, observed FROM burden_forms WHERE run = newest) AS b ON b.form = m.form
LEFT JOIN (SELECT unit, pace FROM burden_units WHERE run = newest) AS u ON u.unit = m.unit
GROUP BY unit
ORDER BY unit
