-- The strongest finding about the use of each system: those that need a person first, then those that could not be judged.
SELECT id, toString(detector), version, toString(family), systems, forms, arrayMap(x -> [x.1, x.2], fields), units, reporters,
    period_from, period_to, score, p, q, effect, n, toString(severity), toString(status), reason, evidence, explanations, rule
FROM findings FINAL
WHERE family = 'unused' AND status NOT IN ('resolved', 'false_alarm') AND length(systems) = 1
ORDER BY systems[1], transform(toString(status), ['open', 'assigned', 'verified', 'waived', 'explained', 'not_assessed'], [1, 1, 1, 2, 3, 4], 5),
    detector != 'idle-system', score DESC, id
LIMIT 1 BY systems[1]
