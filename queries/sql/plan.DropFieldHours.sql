ALTER TABLE field_hours DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
