-- What the records of every form and unit tell about visits: whom, when begun, where, and by whom.
SELECT toString(form) AS form, toString(unit) AS unit, count() AS visits, countIf(subject != 0) AS about,
    countIf(started_at > toDateTime(0) AND started_at <= submitted_at) AS begun,
    countIf(isFinite(lat) AND isFinite(lon) AND abs(lat) + abs(lon) > 0.02) AS located, countIf(reporter != 0) AS named,
    countIf(channel IN ('web', 'import', 'api')) AS desk
FROM submissions
WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
GROUP BY form, unit
HAVING about > 0
ORDER BY form, unit
