ALTER TABLE synonyms DELETE WHERE a = {a:String} AND b = {b:String}
    AND ({field_b:String} = '' OR field_a = {field_a:String} AND field_b = {field_b:String}) SETTINGS mutations_sync = 2
