-- One hash a unit and period: SHA-256 over the sorted SHA-256 of its submissions, each written as a JSON array. How and when a
-- record came in is not in it, so that the same records collected anew have the same hash.
SELECT toString(unit) AS unit_code, any(toString(period)) AS period_name, count(),
    lower(hex(SHA256(arrayStringConcat(arraySort(groupArray(SHA256(toJSONString(tuple(
        toString(form), toString(unit), toString(period), toUnixTimestamp(submitted_at), toUnixTimestamp(started_at), toUInt64(reporter), toString(channel),
        subject, lat, lon, arrayMap(f -> toString(f), fields), numbers, texts))))))))) AS hash
FROM submissions FINAL
WHERE form = {form:String} AND (empty({units:Array(String)}) OR unit IN {units:Array(String)})
  AND period_start >= {from:Date} AND period_start <= {to:Date}
GROUP BY form, unit, period_start, period
ORDER BY unit_code, period_start, period_name
