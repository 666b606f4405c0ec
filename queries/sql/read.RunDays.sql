SELECT toString(source) AS source, toDate(finished, 'Asia/Shanghai') AS day, countIf(status != 'failed') AS good
FROM runs
WHERE finished >= toDateTime({to:Date} - 62, 'Asia/Shanghai')
GROUP BY source, day
