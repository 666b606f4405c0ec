-- Each form in the last year of data: how often, by how many units, when last, and the median seconds where the start is known.
WITH (SELECT max(submitted_at) FROM submissions) AS newest,
    submitted_at - started_at AS taken,
    started_at > toDateTime(0) AND taken > 0 AND taken <= 7200 AS watched
SELECT toString(form) AS form, count() AS sent, uniqExact(toString(unit)) AS places, max(submitted_at) AS last,
    countIf(watched) AS timed, toFloat64(quantileTimingIf(0.5)(taken, watched)) AS half
FROM submissions
WHERE submitted_at > newest - INTERVAL 12 MONTH
GROUP BY form
