ALTER TABLE submissions MODIFY TTL period_start + toIntervalDay({days:UInt32})
