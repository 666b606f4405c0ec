-- Where two fields that hold the same data disagree, by unit and period: pairs of fields beside one another, the answers of
-- one side mapped to the other's codes or unit of measure. Of several submissions of a unit for a period the last counts.
-- Shorter periods are added up, or their last taken, where all of them are there. Rounding as written is no disagreement.
WITH {days:String} AS cycle,
    (d -> multiIf(cycle = 'year', toStartOfYear(d), cycle = 'half', if(toMonth(d) < 7, toStartOfYear(d), addMonths(toStartOfYear(d), 6)),
        cycle = 'quarter', toStartOfQuarter(d), cycle = 'month', toStartOfMonth(d), d)) AS longer,
    (x -> if(position(toString(x), '.') = 0, 0, length(toString(x)) - position(toString(x), '.'))) AS decimals,
    (t -> lowerUTF8(normalizeUTF8NFKC(trimBoth(t)))) AS plain,
    of AS (
        SELECT side, name, place, longer(day) AS start, if({sum:Bool}, sum(value), argMax(value, day)) AS number, argMax(words, day) AS text,
            argMax(called, day) AS period, count() AS parts
        FROM (
            SELECT form = {form_b:String} AS side, toString(field) AS name, toString(unit) AS place, period_start AS day,
                argMax(answers.number, record) AS value, argMax(answers.text, record) AS words, argMax(toString(answers.period), record) AS called
            FROM answers
            WHERE form = {form_a:String} AND field IN {fields_a:Array(String)} AND period_start >= {since:Date}
                OR form = {form_b:String} AND field IN {fields_b:Array(String)} AND period_start >= {since:Date}
            GROUP BY side, name, place, day
        )
        GROUP BY side, name, place, start
        HAVING parts >= if(side, {within_b:UInt32}, {within_a:UInt32})
    )
SELECT pair, place, period, '' AS subject, value_a, value_b, expected, compared, different
FROM (
    SELECT p.pair AS pair, a.place AS place, if({within_b:UInt32} > 1, a.period, b.period) AS period, a.start AS start,
        if(a.text = '', if(isNaN(a.number), '', toString(a.number)), a.text) AS value_a,
        if(b.text = '', if(isNaN(b.number), '', toString(b.number)), b.text) AS value_b,
        arrayFirstIndex((at, code) -> at = p.pair AND plain(code) = plain(value_a), {code_at:Array(UInt64)}, {code_from:Array(String)}) AS code,
        multiIf(p.factor > 0, toString(round(a.number * p.factor, 6)), code > 0, {code_to:Array(String)}[code], value_a) AS expected,
        multiIf(
            p.factor > 0, abs(a.number * p.factor - b.number) <= if(p.factor < 1, exp10(-decimals(b.number)) / 2, p.factor * exp10(-decimals(a.number)) / 2) + 1e-9 * abs(b.number),
            NOT isNaN(a.number) AND NOT isNaN(b.number) AND code = 0, abs(a.number - b.number) <= 1e-9 * abs(b.number),
            plain(expected) = plain(value_b)) AS agree,
        count() OVER (PARTITION BY p.pair) AS compared, countIf(NOT agree) OVER (PARTITION BY p.pair) AS different
    FROM (SELECT arrayJoin(arrayZip(arrayEnumerate({fields_a:Array(String)}), {fields_a:Array(String)}, {fields_b:Array(String)}, arrayMap(x -> toFloat64(x), {factors:Array(String)}))) AS t,
        t.1 AS pair, t.2 AS field_a, t.3 AS field_b, t.4 AS factor) AS p
    INNER JOIN (SELECT * FROM of WHERE NOT side) AS a ON a.name = p.field_a
    INNER JOIN (SELECT * FROM of WHERE side) AS b ON b.name = p.field_b AND b.place = a.place AND b.start = a.start
)
WHERE NOT agree
ORDER BY start DESC, place, pair
LIMIT {most:UInt64} BY pair
