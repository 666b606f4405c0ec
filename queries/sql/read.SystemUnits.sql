-- Which units did something meaningful in one system in a year, how much of it in the days judged, and when last.
SELECT toString(unit) AS place, toUInt64(countIf(toDate(time, 'Asia/Shanghai') >= {judged:Date})) AS n,
    uniqExactIf(toUInt64(actor), toDate(time, 'Asia/Shanghai') >= {judged:Date}) AS people, max(time) AS last
FROM usage_events
WHERE system = {system:String} AND time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
  AND traffic = 'business' AND status < 400 AND unit != ''
  AND action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api')
GROUP BY unit
ORDER BY place
