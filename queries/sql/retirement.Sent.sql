-- Submissions of forms after a day each, and those among them that did not come from people at a screen.
SELECT form, count() AS sent, uniqExact(day) AS days, max(day) AS last_day, countIf(channel IN ('import', 'api')) AS imported
FROM (
    SELECT toString(form) AS form, toDate(submitted_at, 'Asia/Shanghai') AS day, channel
    FROM submissions
    WHERE form IN {forms:Array(String)} AND submitted_at >= toDateTime(arrayMin({after:Array(Date)}) + 1, 'Asia/Shanghai')
) AS s
INNER JOIN (
    SELECT DISTINCT arrayJoin(arrayZip({forms:Array(String)}, {after:Array(Date)})) AS x, x.1 AS form, x.2 AS after
) AS f ON f.form = s.form
WHERE s.day > f.after
GROUP BY form
ORDER BY form
