ALTER TABLE field_matches DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
