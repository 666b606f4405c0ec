-- What each unit spent in each month, in hours, and the doubt about it: estimates of different forms err together, because
-- they are calibrated on the same forms; submissions that were filled in err each for itself.
WITH (SELECT max(run) FROM burden_monthly) AS newest
SELECT toString(m.unit) AS unit, m.month AS month, uniqExact(m.form) AS forms, sum(m.seen) AS observed, sum(m.own) AS filled, sum(m.guess) AS estimated,
    sqrt(sumIf(pow(b.spread * m.own, 2) / greatest(1, toFloat64(m.sent) - toFloat64(m.watched)), b.observed)) AS apart,
    sumIf(b.spread * m.guess, NOT b.observed) AS together
FROM (
    SELECT form, unit, month, sum(submissions) AS sent, sum(timed) AS watched, sum(observed) AS seen, sum(filled) AS own, sum(estimated) AS guess
    FROM burden_monthly
    WHERE run = newest AND month BETWEEN {from:Date} AND {to:Date} AND unit IN {units:Array(String)}
    GROUP BY form, unit, month
) AS m
INNER JOIN (SELECT form, spread, observed FROM burden_forms WHERE run = newest) AS b ON b.form = m.form
GROUP BY unit, month
ORDER BY unit, month
