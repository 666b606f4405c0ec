SELECT toString(action) AS action, toUInt64(sum(events - failed)) AS n, uniqMerge(actors) AS people
FROM usage_daily
WHERE system = {system:String} AND day > {to:Date} - 90 AND day <= {to:Date} AND traffic = 'business'
GROUP BY action
HAVING n > 0
ORDER BY n DESC
