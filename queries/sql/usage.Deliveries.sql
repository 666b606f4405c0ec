SELECT toString(source) AS source, toString(system) AS system, arraySort(groupUniqArray(toUInt16(day))) AS days
FROM usage_daily
WHERE day BETWEEN {from:Date} AND {to:Date}
GROUP BY source, system
ORDER BY source, system
