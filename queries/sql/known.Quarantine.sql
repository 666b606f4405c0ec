SELECT DISTINCT id FROM quarantine
WHERE source IN (SELECT toString(scope) FROM incoming WHERE batch = {batch:UInt64})
  AND id IN (SELECT key FROM incoming WHERE batch = {batch:UInt64})
