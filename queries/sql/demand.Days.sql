-- Submissions by form and local day, those at night, and those that a telephone sent in one go after work: several of one
-- reporter within a minute. Where the work began hours before it was sent, its beginning counts. What machines hand over does not.
WITH if(started_at > toDateTime(0) AND submitted_at - started_at BETWEEN 7200 AND {offline:UInt32}, started_at, submitted_at) AS moment,
    toHour(moment, {zone:String}) >= {night_from:UInt8} OR toHour(moment, {zone:String}) < {night_to:UInt8} AS night,
    if(reporter = 0, cityHash64(toString(unit)), toUInt64(reporter)) AS who,
    night OR toDate(moment, {zone:String}) IN {rest:Array(Date)} AS off
SELECT toString(form) AS form, toDate(moment, {zone:String}) AS day, count() AS sent, countIf(night) AS nights,
    countIf(off AND (who, toStartOfMinute(moment)) IN (
        SELECT if(reporter = 0, cityHash64(toString(unit)), toUInt64(reporter)) AS who,
            toStartOfMinute(if(started_at > toDateTime(0) AND submitted_at - started_at BETWEEN 7200 AND {offline:UInt32}, started_at, submitted_at)) AS minute
        FROM submissions
        WHERE submitted_at >= toDateTime({from:Date}, {zone:String}) AND submitted_at < toDateTime({to:Date} + 1, {zone:String})
            AND channel NOT IN ('api', 'import') AND off
        GROUP BY who, minute
        HAVING count() >= {sync:UInt64}
    )) AS synced
FROM submissions
WHERE submitted_at >= toDateTime({from:Date}, {zone:String}) AND submitted_at < toDateTime({to:Date} + 1, {zone:String})
    AND channel NOT IN ('api', 'import')
GROUP BY form, day
ORDER BY form, day
SETTINGS max_bytes_before_external_group_by = 1000000000
