ALTER TABLE burden_runs DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
