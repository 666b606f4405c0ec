-- What one person sends of one form within a minute, where that is more than anybody fills in. Telephones send what was filled
-- in before when they find a network, and a time at midnight stands for a day alone: neither is an import.
INSERT INTO burden_batches
SELECT {run:UInt64} AS run, form, toUInt64(reporter) AS who, toStartOfMinute(submitted_at) AS minute, count() AS sent
FROM submissions
WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    AND reporter != 0 AND channel != 'app' AND channel != 'api'
    AND (form, reporter) IN (
        SELECT form, reporter FROM submissions
        WHERE submitted_at >= toDateTime({from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai') AND reporter != 0
        GROUP BY form, reporter HAVING count() >= {batch:UInt64}
    )
GROUP BY form, who, minute
HAVING sent >= {batch:UInt64} AND NOT (minute = toStartOfDay(minute, 'Asia/Shanghai') AND max(submitted_at) = minute)
