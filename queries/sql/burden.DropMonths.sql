ALTER TABLE burden_monthly DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
