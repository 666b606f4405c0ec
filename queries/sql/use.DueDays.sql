-- Days of systems whose count is missing or was made of other rows. The last number is the version of use.CountDays.
-- Who acted is not compared: reading it back costs more than all the rest.
INSERT INTO use_due
SELECT {run:UInt64} AS run, d.system, d.day, d.print, 0 AS rules
FROM (
    SELECT system, day, sum(cityHash64(source, action, traffic, seen, lost, last, 1)) AS print
    FROM (
        SELECT system, day, source, action, traffic, sum(events) AS seen, sum(failed) AS lost, max(last_time) AS last
        FROM usage_daily
        WHERE day BETWEEN {from:Date} AND {to:Date} AND traffic = 'business' AND action != 'heartbeat'
        GROUP BY system, day, source, action, traffic
    )
    GROUP BY system, day
) AS d
LEFT JOIN (SELECT system, day, argMax(print, made) AS print FROM use_days WHERE day BETWEEN {from:Date} AND {to:Date} GROUP BY system, day) AS k
    ON k.system = d.system AND k.day = d.day
WHERE k.print != d.print
