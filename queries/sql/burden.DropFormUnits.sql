ALTER TABLE burden_form_units DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
