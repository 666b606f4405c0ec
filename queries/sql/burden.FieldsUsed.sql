-- Fields that were answered before and after, by form, in the submissions of every so many-th unit.
SELECT toString(form) AS form, length(groupUniqArrayArrayIf(answered, NOT after)) AS before, length(groupUniqArrayArrayIf(answered, after)) AS since
FROM (
    SELECT form, submitted_at >= toDateTime({after_from:Date}, 'Asia/Shanghai') AS after,
        arrayFilter((field, number, text) -> NOT (isNaN(number) AND text = ''), fields, numbers, texts) AS answered
    FROM submissions
    WHERE form IN {forms:Array(String)} AND cityHash64(unit) % {of:UInt64} = 0
        AND (
            submitted_at >= toDateTime({before_from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({before_to:Date} + INTERVAL 1 MONTH, 'Asia/Shanghai')
            OR submitted_at >= toDateTime({after_from:Date}, 'Asia/Shanghai') AND submitted_at < toDateTime({after_to:Date} + INTERVAL 1 MONTH, 'Asia/Shanghai')
        )
)
GROUP BY form
ORDER BY form
