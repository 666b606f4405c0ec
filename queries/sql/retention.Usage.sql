ALTER TABLE usage_events MODIFY TTL time + toIntervalDay({days:UInt32})
