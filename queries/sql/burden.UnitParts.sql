-- The hours of each unit over some months, by department; a department comes with the forms that it asks.
SELECT toString(m.unit) AS unit, o.owner AS owner, sum(m.submissions) AS sent, sum(m.timed) AS watched, uniqExact(m.form) AS forms,
    sum(m.observed) AS seen, sum(m.logged) AS active, sum(m.filled) AS own, sum(m.estimated) AS guess
FROM (
    SELECT form, unit, submissions, timed, observed, logged, filled, estimated
    FROM burden_monthly WHERE run = (SELECT max(run) FROM burden_unit_sums) AND recent
) AS m
LEFT JOIN (
    SELECT arrayJoin(arrayZip({forms:Array(String)}, {owners:Array(String)})) AS x, x.1 AS form, x.2 AS owner
) AS o ON o.form = m.form
GROUP BY unit, owner
ORDER BY unit, owner
