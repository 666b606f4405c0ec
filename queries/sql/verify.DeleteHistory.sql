ALTER TABLE verification_history DELETE WHERE as_of = {as_of:Date} AND run < {run:UInt64} SETTINGS mutations_sync = 2
