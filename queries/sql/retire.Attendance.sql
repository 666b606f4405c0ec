-- The time between requests of one person that are less than half an hour apart; a longer pause ends a visit.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)})) AS span
SELECT system, toUInt64(sum(1 + arrayCount(gap -> gap >= 1800, gaps))) AS visits,
    sum(arraySum(arrayFilter(gap -> gap < 1800, gaps))) / 3600 AS hours
FROM (
    SELECT toString(u.system) AS system, arraySlice(arrayDifference(arraySort(groupArray(toUInt32(u.time)))), 2) AS gaps
    FROM usage_events AS u
    INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last) AS s ON s.system = u.system
    WHERE u.system IN {systems:Array(String)} AND u.time >= toDateTime(s.first, 'Asia/Shanghai')
        AND u.time < toDateTime(s.last + 1, 'Asia/Shanghai')
        AND u.time >= toDateTime(arrayMin({from:Array(Date)}), 'Asia/Shanghai')
        AND u.traffic = 'business' AND u.action != 'heartbeat' AND u.actor != 0
    GROUP BY system, u.actor
)
GROUP BY system
ORDER BY system
