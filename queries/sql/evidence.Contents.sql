-- What is stored of each form, as one number that changes with every submission that comes, moves or goes. Values are
-- stored after their submission, so they are counted as well: half of a batch is told from all of it.
SELECT toString(form) AS of, sum(sent) AS submissions, sum(given) AS answers, sum(hash) AS content, min(first) AS oldest
FROM (
    SELECT form, count() AS sent, toUInt64(0) AS given, sum(cityHash64(key, batch, record)) AS hash, min(period_start) AS first
    FROM submissions
    WHERE period_start BETWEEN {start:Date} AND {to:Date} AND (empty({forms:Array(String)}) OR form IN {forms:Array(String)})
    GROUP BY form
    UNION ALL
    SELECT form, 0, count(), 0, min(period_start)
    FROM answers
    WHERE period_start BETWEEN {start:Date} AND {to:Date} AND (empty({forms:Array(String)}) OR form IN {forms:Array(String)})
    GROUP BY form
)
GROUP BY of
