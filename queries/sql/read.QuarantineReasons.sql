-- Why input is in quarantine: the most frequent reasons of each source, with where the last such piece came from. Reasons
-- that differ only in numbers count as one.
SELECT toString(source) AS source, toString(kind) AS kind, argMax(reason, (seen, line)) AS example, count() AS n, max(seen) AS last,
    argMax(origin, (seen, line)) AS place, argMax(line, (seen, line)) AS row, sum(n) OVER (PARTITION BY source) AS total
FROM quarantine FINAL
WHERE status = 'open'
GROUP BY source, kind, replaceRegexpAll(reason, '[0-9]+', '0')
ORDER BY source, n DESC, kind, example
LIMIT 12 BY source
