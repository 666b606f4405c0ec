-- All pages of all systems with what was done there, and how much of it within each system's own last days.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT toString(u.system) AS system, toString(object) AS page, cityHash64(toString(object)) AS hash, toString(action) AS did, with_form,
    sum(ok) AS total, sumIf(ok, u.day BETWEEN s.first AND s.last) AS recent, sum(nobody) AS hidden
FROM use_days AS u FINAL
ARRAY JOIN objects AS object, actions AS action, formed AS with_form, done AS ok, unknown AS nobody
INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
WHERE u.day BETWEEN {since:Date} AND {until:Date}
GROUP BY system, page, hash, did, with_form
ORDER BY system, page, did, with_form
