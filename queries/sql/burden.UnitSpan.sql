-- The hours of each unit over whole months, with the standard deviation of those that were not observed, reckoned as in
-- burden.SetUnitSums.
WITH (SELECT max(run) FROM burden_unit_sums) AS newest
SELECT toString(m.unit) AS unit, sum(m.sent) AS submissions, sum(m.watched) AS timed, count() AS forms,
    sum(m.seen) AS observed, sum(m.active) AS logged, sum(m.own) AS filled, sum(m.guess) AS estimated,
    sqrt(
        sum(pow(if(b.method = 'estimated', {noise:Float64} * m.guess, b.spread * m.own), 2) / greatest(1, m.sent - m.watched))
        + sumIf(greatest(0, pow(b.spread, 2) - pow(b.common, 2)) * pow(m.guess, 2), b.method = 'estimated')
        + pow(sum(b.common * (m.active + m.own + m.guess)), 2)
        + pow(if(any(u.pace) > 0, any(u.doubt), {unpaced:Float64}) * sum(m.own + m.guess), 2)
    ) AS doubt,
    any(u.pace) > 0 AS paced
FROM (
    SELECT form, unit, sum(submissions) AS sent, sum(timed) AS watched, sum(observed) AS seen, sum(logged) AS active, sum(filled) AS own,
        sum(estimated) AS guess
    FROM burden_monthly WHERE run = newest AND month BETWEEN {from:Date} AND {to:Date} GROUP BY form, unit
) AS m
INNER JOIN (SELECT form, spread, common, method FROM burden_forms WHERE run = newest) AS b ON b.form = m.form
LEFT JOIN (SELECT unit, pace, doubt FROM burden_units WHERE run = newest) AS u ON u.unit = m.unit
GROUP BY unit
ORDER BY unit
