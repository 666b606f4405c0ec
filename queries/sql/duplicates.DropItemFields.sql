ALTER TABLE data_item_fields DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
