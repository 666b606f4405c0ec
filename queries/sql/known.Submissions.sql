SELECT DISTINCT key FROM submissions
WHERE (form, unit, period_start) IN (SELECT toString(scope), toString(unit), period_start FROM incoming WHERE batch = {batch:UInt64})
  AND key IN (SELECT key FROM incoming WHERE batch = {batch:UInt64})
