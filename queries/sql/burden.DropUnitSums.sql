ALTER TABLE burden_unit_sums DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
