SELECT count() FROM case_events WHERE case = {case:String} AND number = {number:UInt32} AND id = {id:String}
