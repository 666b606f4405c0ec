-- What people decided about two labels: the same data or not. The pair is unordered, so a is never greater than b. Of several
-- verdicts the newest counts. Where both labels are the same to the letter, the verdict is on the two fields alone.
CREATE TABLE IF NOT EXISTS synonyms (
    a String, b String, same Bool, field_a String, field_b String, by String, note String, at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(at) ORDER BY (a, b, field_a, field_b);
