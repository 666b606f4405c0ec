ALTER TABLE quarantine DELETE WHERE batch = {batch:UInt64} SETTINGS mutations_sync = 2
