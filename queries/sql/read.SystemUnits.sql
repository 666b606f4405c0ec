-- Which units did something meaningful in one system in a year, how much of it in the days judged, and when last. What pages
-- are taken for is that of the newest analysis: 3 is work, another role is none, without a role the action decides.
WITH (SELECT max(run) FROM use_roles) AS newest
SELECT toString(u.unit) AS place, toUInt64(countIf(toDate(u.time, 'Asia/Shanghai') >= {judged:Date})) AS n,
    uniqExactIf(toUInt64(u.actor), u.actor != 0 AND toDate(u.time, 'Asia/Shanghai') >= {judged:Date}) AS people, max(u.time) AS last
FROM usage_events AS u
LEFT JOIN (SELECT object, toString(action) AS action, formed, role FROM use_roles WHERE run = newest AND system = {system:String}) AS r
    ON r.object = toString(u.object) AND r.action = toString(u.action) AND r.formed = (u.form != '')
WHERE u.system = {system:String} AND u.time >= toDateTime({from:Date}, 'Asia/Shanghai') AND u.time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
  AND u.traffic = 'business' AND u.status < 400 AND u.unit != '' AND u.action != 'heartbeat'
  AND (r.role = 3 OR r.role = 0 AND u.action NOT IN ('login', 'other'))
GROUP BY u.unit
ORDER BY place
