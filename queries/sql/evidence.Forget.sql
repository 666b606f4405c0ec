ALTER TABLE evidence DELETE WHERE form NOT IN {forms:Array(String)} SETTINGS mutations_sync = 2
