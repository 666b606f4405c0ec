SELECT DISTINCT position FROM usage_events
WHERE system IN (SELECT toString(scope) FROM incoming WHERE batch = {batch:UInt64})
  AND time >= (SELECT toDateTime(min(period_start), 'UTC') FROM incoming WHERE batch = {batch:UInt64})
  AND time < (SELECT toDateTime(max(period_start) + 1, 'UTC') FROM incoming WHERE batch = {batch:UInt64})
  AND position IN (SELECT key FROM incoming WHERE batch = {batch:UInt64})
