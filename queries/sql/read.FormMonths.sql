-- What each form brought in each month of the last two years of data. Time counts where the start is known and the filling
-- took at most two hours.
WITH (SELECT max(submitted_at) FROM submissions) AS newest,
    submitted_at - started_at AS taken,
    started_at > toDateTime(0) AND taken > 0 AND taken <= 7200 AS watched
SELECT toString(form) AS form, toStartOfMonth(submitted_at, 'Asia/Shanghai') AS month, count() AS sent, sum(length(fields)) AS answered,
    countIf(watched) AS timed, sumIf(taken, watched) AS seconds, sumIf(length(fields), NOT watched) AS unwatched
FROM submissions
WHERE submitted_at > newest - INTERVAL 24 MONTH
GROUP BY form, month
ORDER BY month, form
