ALTER TABLE burden_batches DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
