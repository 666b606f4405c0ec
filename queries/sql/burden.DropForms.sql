ALTER TABLE burden_forms DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
