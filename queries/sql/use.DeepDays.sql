-- Meaningful actions a day as the newest analysis took the pages for.
SELECT toString(u.system) AS system, u.day AS day, sum(ok) AS actions
FROM (
    SELECT system, day, object, action, with_form, ok
    FROM use_days FINAL
    ARRAY JOIN objects AS object, actions AS action, formed AS with_form, done AS ok
    WHERE system IN {systems:Array(String)} AND day BETWEEN {from:Date} AND {to:Date}
) AS u
LEFT JOIN (SELECT system, object, action, formed, role FROM use_roles WHERE run = (SELECT max(run) FROM use_roles)) AS r
    ON r.system = u.system AND r.object = u.object AND r.action = u.action AND r.formed = u.with_form
WHERE (r.role = 3 OR r.role = 0 AND action NOT IN ('login', 'other')) AND ok > 0
GROUP BY u.system, u.day
ORDER BY u.system, u.day
