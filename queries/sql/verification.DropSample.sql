ALTER TABLE verification_samples DELETE WHERE month = {month:Date} AND run < {run:UInt64} SETTINGS mutations_sync = 2
