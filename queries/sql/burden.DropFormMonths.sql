ALTER TABLE burden_form_months DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
