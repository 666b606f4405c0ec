SELECT toString(form) AS form, min(toDate(submitted_at, {zone:String})) AS first, max(toDate(submitted_at, {zone:String})) AS last,
    count() AS submissions, uniqExact(unit) AS units
FROM submissions
WHERE submitted_at < toDateTime({to:Date} + 1, {zone:String})
GROUP BY form
ORDER BY form
