INSERT INTO usage_events (system, time, actor, unit, action, traffic, object, form, status, duration_ms, client, source, position, batch)
