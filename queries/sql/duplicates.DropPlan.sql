ALTER TABLE plan_steps DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
