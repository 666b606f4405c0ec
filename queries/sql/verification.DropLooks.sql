ALTER TABLE verification_looks DELETE WHERE month = {month:Date} AND run < {run:UInt64} SETTINGS mutations_sync = 2
