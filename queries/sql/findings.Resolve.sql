INSERT INTO findings SELECT * REPLACE ('resolved' AS status, {run:UInt64} AS run, now64(6) AS updated)
FROM findings FINAL WHERE id IN {ids:Array(String)}
