ALTER TABLE use_due DELETE WHERE run <= {run:UInt64} SETTINGS mutations_sync = 2
