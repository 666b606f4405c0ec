ALTER TABLE form_overlaps DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
