-- Meaningful actions without landing pages and pages of points, counted from the events. For the few systems in doubt.
SELECT toString(system) AS system, toDate(time, 'Asia/Shanghai') AS day, count() AS actions
FROM usage_events
WHERE system IN {systems:Array(String)}
    AND time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    AND traffic = 'business' AND status < 400 AND action NOT IN ('login', 'heartbeat', 'other')
    AND NOT match(object, {points:String})
    AND NOT (action = 'view' AND form = '' AND match(object, {landing:String}))
GROUP BY system, day
ORDER BY system, day
