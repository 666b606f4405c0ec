ALTER TABLE evidence MODIFY TTL oldest + toIntervalDay({days:UInt32})
