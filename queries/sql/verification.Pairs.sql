SELECT toString(unit), toString(form), min(period_start), max(period_start) FROM submissions
WHERE period_start BETWEEN {from:Date} AND {to:Date} GROUP BY unit, form ORDER BY form, unit
