-- How often the fields of accepted lines are answered since their day, and in the year before it. Season counts the same days
-- one year earlier. A line without a field speaks of the whole form.
WITH s.day >= l.effective AS since, indexOf(s.fields, l.field) AS place,
    l.field = '' OR place > 0 AND (NOT isNaN(s.numbers[place]) OR s.texts[place] != '') AS filled
SELECT l.id AS line, countIf(since) AS sent, countIf(since AND filled) AS answered, countIf(NOT since) AS sent_before,
    countIf(NOT since AND filled) AS answered_before,
    countIf(s.day <= l.effective - 365 + ({to:Date} - l.effective)) AS season
FROM (
    SELECT toString(form) AS form, toDate(submitted_at, 'Asia/Shanghai') AS day, fields, numbers, texts
    FROM submissions
    WHERE form IN {forms:Array(String)} AND submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
) AS s
INNER JOIN (
    SELECT arrayJoin(arrayZip({ids:Array(String)}, {forms:Array(String)}, {fields:Array(String)}, {days:Array(String)})) AS x,
        x.1 AS id, x.2 AS form, x.3 AS field, toDate(x.4) AS effective
) AS l ON l.form = s.form
WHERE s.day >= l.effective - 365
GROUP BY line
ORDER BY line
