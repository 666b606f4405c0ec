-- Which units handed in the forms of one system in a year, how often and when last.
SELECT toString(unit) AS place, count() AS sent, max(submitted_at) AS last
FROM submissions
WHERE form IN {forms:Array(String)} AND submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai')
  AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
GROUP BY unit
ORDER BY place
