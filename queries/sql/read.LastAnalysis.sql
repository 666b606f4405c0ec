SELECT run, as_of, window_from, window_to, policy, started, finished, findings, not_assessed
FROM analyses
ORDER BY run DESC
LIMIT 1
