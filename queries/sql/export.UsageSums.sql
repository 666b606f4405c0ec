-- What was done in systems, by day: sums in the order in which they are stored, so that none has to be held until the end.
SELECT toString(system), day, toString(action), toString(traffic), sum(events), sum(failed), uniqMerge(actors), uniqMerge(units), max(last_time)
FROM usage_daily
WHERE (empty({systems:Array(String)}) OR system IN {systems:Array(String)}) AND day >= {from:Date} AND day <= {to:Date}
GROUP BY system, day, action, traffic
ORDER BY system, day, action, traffic
SETTINGS optimize_aggregation_in_order = 1
