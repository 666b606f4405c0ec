-- What each source brought for each day of the weeks that end with a day, by the day of the record, and its newest record.
SELECT source, day, sum(n) AS brought, max(newest) AS newest
FROM (
    SELECT toString(source) AS source, day, sum(events) AS n, max(last_time) AS newest
    FROM usage_daily WHERE day > {to:Date} - 63 AND day <= {to:Date}
    GROUP BY source, day
    UNION ALL
    SELECT toString(source) AS source, toDate(submitted_at, 'Asia/Shanghai') AS day, count() AS n, max(submitted_at) AS newest
    FROM submissions
    WHERE submitted_at >= toDateTime({to:Date} - 62, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    GROUP BY source, day
)
GROUP BY source, day
ORDER BY source, day
