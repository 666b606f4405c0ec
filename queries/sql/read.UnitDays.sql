-- How many submissions one unit handed in on each local day.
SELECT toDate(submitted_at, 'Asia/Shanghai') AS day, count() AS n
FROM submissions
WHERE unit = {unit:String} AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai')
  AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
GROUP BY day
ORDER BY day
