ALTER TABLE burden_month_units DELETE WHERE run < {run:UInt64} SETTINGS mutations_sync = 2
