ALTER TABLE verify_list DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
