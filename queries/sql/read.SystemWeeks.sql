-- Meaningful actions a week over the 26 weeks that end with a day; week 25 is the newest.
SELECT toString(system) AS system, toUInt8(25 - intDiv(toInt32({to:Date} - day), 7)) AS week, toUInt64(sum(events - failed)) AS n
FROM usage_daily
WHERE day > {to:Date} - 182 AND day <= {to:Date} AND traffic = 'business'
  AND action IN ('view', 'create', 'update', 'submit', 'approve', 'export', 'download', 'api')
GROUP BY system, week
