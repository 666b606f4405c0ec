-- The same for submissions about persons or households, who are told apart by a field that identifies them or by the subject
-- that the upstream gives: of the same period, or the newest answers where the cycles differ. A subject shows as the end of
-- a hash of its pseudonym.
WITH (x -> if(position(toString(x), '.') = 0, 0, length(toString(x)) - position(toString(x), '.'))) AS decimals,
    (t -> lowerUTF8(normalizeUTF8NFKC(trimBoth(t)))) AS plain,
    of AS (
        SELECT side, who, if({newest:Bool}, toDate(0), period_start) AS start, argMax(cells, (period_start, submitted_at)) AS answers,
            argMax(place, (period_start, submitted_at)) AS unit, argMax(called, (period_start, submitted_at)) AS period
        FROM (
            SELECT form = {form_b:String} AS side, period_start, submitted_at, toString(submissions.unit) AS place, toString(submissions.period) AS called,
                texts[indexOf(fields, if(side, {key_b:String}, {key_a:String}))] AS identifier,
                if(identifier != '', identifier, if(subject = 0, '', toString(subject))) AS who,
                arrayMap(f -> (numbers[indexOf(fields, f)], texts[indexOf(fields, f)]), if(side, {fields_b:Array(String)}, {fields_a:Array(String)})) AS cells
            FROM submissions
            WHERE form IN ({form_a:String}, {form_b:String}) AND period_start >= {since:Date} AND who != ''
        )
        GROUP BY side, who, start
    )
SELECT pair, place, period, subject, value_a, value_b, expected, compared, different
FROM (
    SELECT t.1 AS pair, t.2.1 AS number_a, t.2.2 AS text_a, t.3.1 AS number_b, t.3.2 AS text_b, t.4 AS factor, a.unit AS place, a.period AS period, a.start AS start,
        right(lower(hex(sipHash64(a.who))), 6) AS subject,
        if(text_a = '', if(isNaN(number_a), '', toString(number_a)), text_a) AS value_a,
        if(text_b = '', if(isNaN(number_b), '', toString(number_b)), text_b) AS value_b,
        arrayFirstIndex((at, code) -> at = t.1 AND plain(code) = plain(value_a), {code_at:Array(UInt64)}, {code_from:Array(String)}) AS code,
        multiIf(factor > 0, toString(round(number_a * factor, 6)), code > 0, {code_to:Array(String)}[code], value_a) AS expected,
        multiIf(
            factor > 0, abs(number_a * factor - number_b) <= if(factor < 1, exp10(-decimals(number_b)) / 2, factor * exp10(-decimals(number_a)) / 2) + 1e-9 * abs(number_b),
            NOT isNaN(number_a) AND NOT isNaN(number_b) AND code = 0, abs(number_a - number_b) <= 1e-9 * abs(number_b),
            plain(expected) = plain(value_b)) AS agree,
        count() OVER (PARTITION BY pair) AS compared, countIf(NOT agree) OVER (PARTITION BY pair) AS different
    FROM (SELECT * FROM of WHERE NOT side) AS a
    INNER JOIN (SELECT * FROM of WHERE side) AS b ON b.who = a.who AND b.start = a.start
    ARRAY JOIN arrayZip(arrayEnumerate({fields_a:Array(String)}), a.answers, b.answers, arrayMap(x -> toFloat64(x), {factors:Array(String)})) AS t
    WHERE value_a != '' AND value_b != ''
)
WHERE NOT agree
ORDER BY period DESC, place, subject, pair
LIMIT {most:UInt64} BY pair
