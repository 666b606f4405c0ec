ALTER TABLE burden_visits DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
