ALTER TABLE burden_skewed DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
