SELECT toString(source) AS source, toString(argMax(kind, started)) AS kind FROM runs GROUP BY source ORDER BY source
