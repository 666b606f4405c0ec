ALTER TABLE usage_events DELETE WHERE batch = {batch:UInt64} SETTINGS mutations_sync = 2
