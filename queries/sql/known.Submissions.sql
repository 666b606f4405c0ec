SELECT toString(form), toString(unit), period_start, toUInt32(max(record) + 1),
    groupUniqArrayIf(key, key IN (SELECT key FROM incoming WHERE batch = {batch:UInt64}))
FROM submissions
WHERE (form, unit, period_start) IN (SELECT toString(scope), toString(unit), period_start FROM incoming WHERE batch = {batch:UInt64})
GROUP BY form, unit, period_start
