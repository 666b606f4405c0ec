-- The path templates of systems that carry no form, from the daily counts of pages.
SELECT toString(system) AS of, arraySort(groupUniqArrayArray(arrayMap(o -> toString(o), arrayFilter((o, f) -> NOT f AND o != '', objects, formed)))) AS pages
FROM use_days
WHERE day BETWEEN {from:Date} AND {to:Date} AND system IN {systems:Array(String)}
GROUP BY system
ORDER BY of
