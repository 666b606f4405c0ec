ALTER TABLE use_roles DELETE WHERE run <= {run:UInt64} SETTINGS mutations_sync = 2
