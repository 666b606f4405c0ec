ALTER TABLE synonyms DELETE WHERE a = {a:String} AND b = {b:String} SETTINGS mutations_sync = 2
