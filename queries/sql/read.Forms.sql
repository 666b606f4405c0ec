-- Each form in the last year of data: how often, by how many units, and when last.
WITH (SELECT max(submitted_at) FROM submissions) AS newest
SELECT toString(form) AS form, count() AS sent, uniqExact(toString(unit)) AS places, max(submitted_at) AS last
FROM submissions
WHERE submitted_at > newest - INTERVAL 12 MONTH
GROUP BY form
