SELECT count() FROM retirement_events WHERE system = {system:String} AND number = {number:UInt32} AND id = {id:String}
