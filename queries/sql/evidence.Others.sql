SELECT count() FROM evidence WHERE form NOT IN {forms:Array(String)}
