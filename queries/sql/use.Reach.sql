-- Distinct people and units over each system's own span of days, and over the year before its end. People who never wrote are
-- readers of what others wrote.
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)}, {year:Array(Date)})) AS span
SELECT toString(u.system) AS system, uniqMergeIf(people, day >= s.first) AS active, uniqMergeIf(units, day >= s.first) AS places,
    uniqMergeIf(people, day > s.last - 30) AS monthly, sumIf(finalizeAggregation(people), day > s.last - 30) / 30 AS daily_mean,
    uniqMergeIf(units, day >= s.year) AS year_units, uniqMergeIf(people, day >= s.year) AS year_people,
    uniqMergeIf(writers, day >= s.year) AS authors, sumIf(writes, day >= s.year) AS written, toUInt64(sumIf(meaningful - writes, day >= s.year)) AS read,
    toUInt64(uniqMergeIf(people, day >= s.year) - uniqMergeIf(writers, day >= s.year)) AS other_readers, sumIf(hidden, day >= s.year) AS nobody
FROM (SELECT * FROM use_sums FINAL WHERE day >= least(arrayMin({year:Array(Date)}), arrayMin({from:Array(Date)}))) AS u
INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last, span.4 AS year) AS s ON s.system = u.system
WHERE u.day BETWEEN least(s.first, s.year) AND s.last AND u.meaningful > 0
GROUP BY u.system
ORDER BY system
