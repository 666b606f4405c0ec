INSERT INTO findings SELECT * REPLACE ({status:String} AS status, now64(6) AS updated)
FROM findings FINAL WHERE id IN {ids:Array(String)} AND status NOT IN ('not_assessed', 'waived')
