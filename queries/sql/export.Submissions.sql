-- Submissions of a form in the order in which they are stored.
SELECT toString(unit), toString(period), submitted_at, started_at, toUInt64(reporter), toString(channel), subject,
    arrayMap(f -> toString(f), fields), numbers, texts
FROM submissions FINAL
WHERE form = {form:String} AND (empty({units:Array(String)}) OR unit IN {units:Array(String)})
  AND period_start >= {from:Date} AND period_start <= {to:Date}
ORDER BY form, unit, period_start, record
