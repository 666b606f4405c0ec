ALTER TABLE answers MODIFY TTL period_start + toIntervalDay({days:UInt32})
