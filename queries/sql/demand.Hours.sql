SELECT toString(form) AS form, toHour(submitted_at, {zone:String}) AS hour, count() AS sent
FROM submissions
WHERE submitted_at >= toDateTime({from:Date}, {zone:String}) AND submitted_at < toDateTime({to:Date} + 1, {zone:String})
    AND channel NOT IN ('api', 'import')
GROUP BY form, hour
ORDER BY form, hour
