-- The day of the first submission of each form.
SELECT toString(form) AS form, toDate(min(submitted_at), 'Asia/Shanghai') AS first
FROM submissions
GROUP BY form
ORDER BY form
