-- Biometric values that arrived and were not stored: by source, by form, file or table, and by field. A whole file that was
-- refused names no field. A value that arrives again is not reported again, so that times counts fields of files, not values.
SELECT toString(source) AS source, origin, field, count() AS times, uniqExact(toDate(seen, 'Asia/Shanghai')) AS used, min(seen) AS first, max(seen) AS last
FROM quarantine FINAL
WHERE kind = 'refused' AND field != ''
GROUP BY source, origin, field
ORDER BY source, origin, field
