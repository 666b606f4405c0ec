INSERT INTO usage_daily
SELECT system, toDate(time, 'Asia/Shanghai') AS day, source, action, traffic,
    count() AS events, countIf(status >= 400) AS failed,
    uniqState(toUInt64(actor)) AS actors, uniqState(toString(unit)) AS units, max(usage_events.time) AS last_time
FROM usage_events
WHERE toDate(time, 'Asia/Shanghai') BETWEEN {from:Date} AND {to:Date}
GROUP BY system, day, source, action, traffic
