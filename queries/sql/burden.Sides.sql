-- Hours by form in some months and in the same months of the year before, of the units that reported in both.
WITH (SELECT max(run) FROM burden_unit_sums) AS newest
SELECT toString(form) AS form, month >= {after_from:Date} AS after, sum(submissions) AS sent, sum(timed) AS watched, uniqExact(unit) AS places,
    sum(observed) AS seen, sum(logged) AS active, sum(filled) AS own, sum(estimated) AS guess
FROM burden_monthly
WHERE run = newest AND (month BETWEEN {before_from:Date} AND {before_to:Date} OR month BETWEEN {after_from:Date} AND {after_to:Date})
    AND unit IN (
        SELECT unit FROM burden_monthly WHERE run = newest
        GROUP BY unit
        HAVING countIf(month BETWEEN {before_from:Date} AND {before_to:Date}) > 0 AND countIf(month BETWEEN {after_from:Date} AND {after_to:Date}) > 0
    )
GROUP BY form, after
ORDER BY form, after
