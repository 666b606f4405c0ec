-- What arrives in forms from a day on, each form from its own.
WITH arrayJoin(arrayZip({forms:Array(String)}, {from:Array(Date)})) AS asked
SELECT toString(s.form) AS form, countIf(s.submitted_at >= toDateTime(a.first, 'Asia/Shanghai')) AS sent, max(s.submitted_at) AS last
FROM submissions AS s
INNER JOIN (SELECT asked.1 AS form, asked.2 AS first) AS a ON a.form = s.form
WHERE s.submitted_at < toDateTime({to:Date} + 1, 'Asia/Shanghai')
GROUP BY s.form
ORDER BY s.form
