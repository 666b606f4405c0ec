-- Health of each source from its runs.
SELECT toString(source) AS source, toString(argMax(kind, started)) AS kind, max(finished) AS last_run,
    maxIf(finished, status != 'failed') AS last_success, argMax(if(status = 'failed', error, ''), started) AS error, count() AS runs
FROM runs
GROUP BY source
ORDER BY source
