INSERT INTO quarantine SELECT * REPLACE ({status:String} AS status, now64(6) AS updated)
FROM quarantine FINAL WHERE source = {source:String} AND id IN {keys:Array(UInt64)}
