-- Sums up the days that are due within a month by what their pages are taken for: 2 landing, 3 work, 4 points and check-ins, 5
-- what pages do by themselves; without a role the action decides. What nobody did and is no business is the noise of machines.
INSERT INTO use_sums
SELECT d.system, d.day, d.print, d.rules, now64(6), c.events, c.meaningful, c.writes, c.handled, c.by_people, c.unknown, c.background, c.hidden,
    c.people, c.writers, c.units
FROM (SELECT system, day, print, rules FROM use_due WHERE run = {run:UInt64} AND day BETWEEN {first:Date} AND {last:Date}) AS d
LEFT JOIN (
    SELECT system, day, sum(ok + lost) AS events, sumIf(ok, works) AS meaningful,
        sumIf(ok, works AND action IN ('create', 'update', 'submit')) AS writes,
        sumIf(ok, works AND action IN ('approve', 'export', 'download', 'api')) AS handled,
        sumIf(ok + lost, NOT (action = 'other' AND role = 0 AND nobody = ok + lost)) AS by_people,
        sumIf(nobody, NOT (action = 'other' AND role = 0)) AS unknown,
        sumIf(ok, role = 5 AND action NOT IN ('login', 'other')) AS background, sumIf(nobody, works) AS hidden,
        uniqMergeStateIf(person, works) AS people, uniqMergeStateIf(person, works AND action IN ('create', 'update', 'submit')) AS writers,
        uniqMergeStateIf(place, works) AS units
    FROM (
        SELECT u.system AS system, u.day AS day, u.action AS action, u.ok AS ok, u.lost AS lost, u.nobody AS nobody, u.person AS person,
            u.place AS place, r.role AS role, r.role = 3 OR r.role = 0 AND u.action NOT IN ('login', 'other') AS works
        FROM (
            SELECT system, day, object, action, with_form, ok, lost, nobody, person, place
            FROM use_days FINAL
            ARRAY JOIN objects AS object, actions AS action, formed AS with_form, done AS ok, failed AS lost, unknown AS nobody, people AS person, units AS place
            WHERE day BETWEEN {first:Date} AND {last:Date} AND system IN (SELECT system FROM use_due WHERE run = {run:UInt64} AND day BETWEEN {first:Date} AND {last:Date})
        ) AS u
        LEFT JOIN (SELECT system, object, action, formed, role FROM use_roles WHERE run = {run:UInt64}) AS r
            ON r.system = u.system AND r.object = u.object AND r.action = u.action AND r.formed = u.with_form
    )
    GROUP BY system, day
) AS c ON c.system = d.system AND c.day = d.day
