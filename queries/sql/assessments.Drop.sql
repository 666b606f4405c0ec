ALTER TABLE system_assessments DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
