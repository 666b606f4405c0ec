-- Days within each system's own span that are not summed up yet, were summed up from other rows or with other rules.
INSERT INTO use_due
WITH arrayJoin(arrayZip({systems:Array(String)}, {from:Array(Date)}, {to:Array(Date)}, {rules:Array(UInt64)})) AS span
SELECT {run:UInt64} AS run, d.system, d.day, d.print, s.rules AS rules
FROM (
    SELECT system, day, argMax(print, made) AS print FROM use_days
    WHERE day >= arrayMin({from:Array(Date)}) GROUP BY system, day
) AS d
INNER JOIN (SELECT span.1 AS system, span.2 AS first, span.3 AS last, span.4 AS rules) AS s ON s.system = d.system
LEFT JOIN (
    SELECT system, day, argMax(print, made) AS print, argMax(rules, made) AS rules FROM use_sums
    WHERE day >= arrayMin({from:Array(Date)}) GROUP BY system, day
) AS k ON k.system = d.system AND k.day = d.day
WHERE d.day BETWEEN s.first AND s.last AND (k.print != d.print OR k.rules != s.rules)
