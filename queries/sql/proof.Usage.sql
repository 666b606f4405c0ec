-- One hash a day of a system: SHA-256 over what its logs add up to by action and kind of traffic.
SELECT day, sum(n),
    lower(hex(SHA256(arrayStringConcat(arraySort(groupArray(toJSONString(tuple(toString(system), toString(day), toString(action), toString(traffic), n, bad))))))))
FROM (
    SELECT system, day, action, traffic, sum(events) AS n, sum(failed) AS bad
    FROM usage_daily
    WHERE system = {system:String} AND day >= {from:Date} AND day <= {to:Date}
    GROUP BY system, day, action, traffic
)
GROUP BY system, day
ORDER BY day
