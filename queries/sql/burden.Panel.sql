SELECT countIf(before > 0 AND after > 0) AS both, countIf(before > 0) AS earlier, countIf(after > 0) AS later
FROM (
    SELECT unit, countIf(month BETWEEN {before_from:Date} AND {before_to:Date}) AS before, countIf(month BETWEEN {after_from:Date} AND {after_to:Date}) AS after
    FROM burden_monthly WHERE run = (SELECT max(run) FROM burden_unit_sums) GROUP BY unit
)
