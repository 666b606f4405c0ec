SELECT toString(system) AS system, day, meaningful
FROM use_sums FINAL
WHERE system IN {systems:Array(String)} AND day BETWEEN {from:Date} AND {to:Date} AND meaningful > 0
ORDER BY system, day
