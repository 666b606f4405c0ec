-- What each unit sent for each form in the last year of data.
WITH (SELECT max(submitted_at) FROM submissions) AS newest,
    submitted_at - started_at AS taken,
    started_at > toDateTime(0) AND taken > 0 AND taken <= 7200 AS watched
SELECT toString(unit) AS unit, toString(form) AS form, count() AS sent, countIf(watched) AS timed, sumIf(taken, watched) AS seconds,
    sumIf(length(fields), NOT watched) AS unwatched
FROM submissions
WHERE submitted_at > newest - INTERVAL 12 MONTH
GROUP BY unit, form
