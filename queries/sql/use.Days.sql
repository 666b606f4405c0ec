SELECT toString(system) AS system, day, events, meaningful, writes, handled, by_people, unknown, background
FROM use_sums FINAL
WHERE day BETWEEN {from:Date} AND {to:Date}
ORDER BY system, day
