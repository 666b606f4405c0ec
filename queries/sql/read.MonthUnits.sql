-- How many units sent anything in each month of the last two years of data; the first of 1970 stands for the last year.
WITH (SELECT max(submitted_at) FROM submissions) AS newest
SELECT toStartOfMonth(submitted_at, 'Asia/Shanghai') AS month, uniqExact(toString(unit))
FROM submissions WHERE submitted_at > newest - INTERVAL 24 MONTH
GROUP BY month
UNION ALL
SELECT toDate(0), uniqExact(toString(unit)) FROM submissions WHERE submitted_at > newest - INTERVAL 12 MONTH
