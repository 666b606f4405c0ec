-- Every day of every system by what its pages are taken for: 2 landing, 3 work, 4 points and check-ins, 5 what pages do by
-- themselves. Without a role the action decides.
SELECT toString(u.system) AS system, u.day AS day, sum(ok + lost) AS events,
    sumIf(ok, meaningful) AS meaningful_actions,
    sumIf(ok, meaningful AND action IN ('create', 'update', 'submit')) AS writes,
    sumIf(ok, meaningful AND action IN ('approve', 'export', 'download', 'api')) AS handled,
    sumIf(ok + lost, NOT (action = 'other' AND role = 0 AND nobody = ok + lost)) AS by_people,
    sumIf(nobody, NOT (action = 'other' AND role = 0)) AS unknown,
    sumIf(ok, role = 5 AND action NOT IN ('login', 'other')) AS background
FROM (
    SELECT u.system, u.day, action, ok, lost, nobody, r.role AS role, r.role = 3 OR r.role = 0 AND action NOT IN ('login', 'other') AS meaningful
    FROM (
        SELECT system, day, object, action, with_form, ok, lost, nobody
        FROM use_days FINAL
        ARRAY JOIN objects AS object, actions AS action, formed AS with_form, done AS ok, failed AS lost, unknown AS nobody
        WHERE day BETWEEN {from:Date} AND {to:Date}
    ) AS u
    LEFT JOIN (SELECT system, object, action, formed, role FROM use_roles WHERE run = {run:UInt64}) AS r
        ON r.system = u.system AND r.object = u.object AND r.action = u.action AND r.formed = u.with_form
) AS u
GROUP BY u.system, u.day
ORDER BY u.system, u.day
