-- Distinct people and units over each system's own span of days, and over the year before its end. People who never wrote are
-- readers of what others wrote.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)}, {year:Array(Date)})) AS span
SELECT system, uniqMergeIf(anyone, day >= first) AS active, uniqMergeIf(places, day >= first) AS units,
    uniqMergeIf(anyone, day > last - 30) AS monthly, sumIf(daily, day > last - 30) / 30 AS daily_mean,
    uniqMergeIf(places, day >= year) AS year_units, uniqMergeIf(anyone, day >= year) AS year_people,
    uniqMergeIf(authors, day >= year) AS writers, sumIf(written, day >= year) AS year_written, sumIf(read, day >= year) AS year_read,
    toUInt64(uniqMergeIf(anyone, day >= year) - uniqMergeIf(authors, day >= year)) AS other_readers, sumIf(nobody, day >= year) AS unknown
FROM (
    SELECT toString(u.system) AS system, u.day AS day, any(first) AS first, any(last) AS last, any(year) AS year,
        uniqMergeState(person) AS anyone, uniqMerge(person) AS daily, uniqMergeStateIf(person, wrote) AS authors,
        uniqMergeState(place) AS places, sumIf(ok, wrote) AS written, sumIf(ok, NOT wrote) AS read, sum(hidden) AS nobody
    FROM (
        SELECT u.system, u.day, object, action, with_form, person, place, ok, hidden, s.first AS first, s.last AS last, s.year AS year,
            action IN ('create', 'update', 'submit') AS wrote
        FROM (SELECT * FROM use_days FINAL WHERE day >= least(arrayMin({year:Array(Date)}), arrayMin({from:Array(Date)}))) AS u
        ARRAY JOIN objects AS object, actions AS action, formed AS with_form, people AS person, units AS place, done AS ok, unknown AS hidden
        INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last, span.4 AS year) AS s ON s.system = u.system
        WHERE u.day BETWEEN least(s.first, s.year) AND s.last
    ) AS u
    LEFT JOIN (SELECT system, object, action, formed, role FROM use_roles WHERE run = {run:UInt64}) AS r
        ON r.system = u.system AND r.object = u.object AND r.action = u.action AND r.formed = u.with_form
    WHERE r.role = 3 OR r.role = 0 AND action NOT IN ('login', 'other')
    GROUP BY u.system, u.day
)
GROUP BY system
ORDER BY system
