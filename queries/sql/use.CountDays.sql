-- Counts the days that are due within a month. A day whose events have expired gets an empty row: its sums are those of usage_daily.
INSERT INTO use_days
SELECT d.system, d.day, d.print, now64(6), c.objects, c.actions, c.formed, c.done, c.failed, c.unknown, c.people, c.units
FROM (SELECT system, day, print FROM use_due WHERE run = {run:UInt64} AND day BETWEEN {first:Date} AND {last:Date}) AS d
LEFT JOIN (
    SELECT system, day, groupArray(object) AS objects, groupArray(action) AS actions, groupArray(formed) AS formed,
        groupArray(done) AS done, groupArray(failed) AS failed, groupArray(unknown) AS unknown,
        groupArray(people) AS people, groupArray(units) AS units
    FROM (
        SELECT system, toDate(time, 'Asia/Shanghai') AS day, object, toString(action) AS action, form != '' AS formed,
            countIf(status < 400) AS done, countIf(status >= 400) AS failed, countIf(actor = 0) AS unknown,
            uniqStateIf(toUInt64(actor), actor != 0 AND status < 400) AS people,
            uniqStateIf(toString(unit), unit != '' AND status < 400) AS units
        FROM usage_events
        WHERE time >= toDateTime({first:Date}, 'Asia/Shanghai') AND time < toDateTime({last:Date} + 1, 'Asia/Shanghai')
            AND traffic = 'business' AND action != 'heartbeat'
            AND system IN (SELECT system FROM use_due WHERE run = {run:UInt64} AND day BETWEEN {first:Date} AND {last:Date})
        GROUP BY system, day, object, action, formed
    )
    GROUP BY system, day
) AS c ON c.system = d.system AND c.day = d.day
SETTINGS max_bytes_before_external_group_by = 1000000000
