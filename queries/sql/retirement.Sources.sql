-- How far the logs reach that ever spoke of a system: the newest day on which one of its sources delivered anything.
SELECT toString(u.system) AS system, max(n.newest) AS newest
FROM (SELECT DISTINCT system, source FROM usage_daily WHERE system IN {systems:Array(String)}) AS u
INNER JOIN (SELECT source, max(day) AS newest FROM usage_daily GROUP BY source) AS n ON n.source = u.source
GROUP BY system
ORDER BY system
