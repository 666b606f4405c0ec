INSERT INTO submissions_packed (form, unit, period_start, period, record, submitted_at, started_at, reporter, channel, subject, lat, lon, layout, packed_numbers, packed_texts, key, source, batch)
