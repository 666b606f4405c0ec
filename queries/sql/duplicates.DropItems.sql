ALTER TABLE data_items DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
