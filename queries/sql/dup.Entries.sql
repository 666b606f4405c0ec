-- What two forms were told twice: rows of the same unit and period (or person, subject, record) with the fields that hold the
-- same data side by side, by the month of the later entry and in all. Of several submissions of one row the newest counts,
-- and the time of the first. Nobody typed what came by api, so it is counted apart.
WITH
    arrayMap(f -> if(indexOf(s.fields, f) = 0, nan, s.numbers[indexOf(s.fields, f)]), if(s.form = {form_a:String}, {fields_a:Array(String)}, {fields_b:Array(String)})) AS figures,
    arrayMap(f -> if(indexOf(s.fields, f) = 0, '', lowerUTF8(normalizeUTF8NFKC(trimBoth(s.texts[indexOf(s.fields, f)])))), if(s.form = {form_a:String}, {fields_a:Array(String)}, {fields_b:Array(String)})) AS words,
    arrayMap((x, t, kind) -> multiIf(t = '', if(isNaN(x), '', toString(x)), kind = 'date' AND length(extractAll(t, '\\d+')) >= 3,
        concat(leftPad(extractAll(t, '\\d+')[1], 4, '0'), leftPad(extractAll(t, '\\d+')[2], 2, '0'), leftPad(extractAll(t, '\\d+')[3], 2, '0')), t), figures, words, {kinds:Array(String)}) AS answers_given,
    if(s.form = {form_a:String}, {key_a:String}, {key_b:String}) AS key_field,
    indexOf(s.fields, key_field) AS key_place,
    if(key_place = 0, '', if(s.texts[key_place] = '', toString(s.numbers[key_place]), lowerUTF8(normalizeUTF8NFKC(trimBoth(s.texts[key_place]))))) AS key_answer,
    multiIf({by:String} IN ('person', 'newest_person', 'record'), if(key_answer IN ('', 'nan'), 0, cityHash64(key_answer)), {by:String} IN ('subject', 'newest_subject'), s.subject, 1) AS of_whom,
    multiIf({by:String} IN ('newest_person', 'newest_subject', 'record'), toDate(0), {cycle:String} = 'week', toMonday(s.period_start), {cycle:String} = 'month', toStartOfMonth(s.period_start),
        {cycle:String} = 'quarter', toStartOfQuarter(s.period_start), {cycle:String} = 'half', toStartOfMonth(s.period_start) - toIntervalMonth((toMonth(s.period_start) - 1) % 6),
        {cycle:String} = 'year', toStartOfYear(s.period_start), s.period_start) AS of_period,
    sides AS (
        SELECT s.form = {form_b:String} AS side, if({by:String} IN ('period', 'record'), toString(s.unit), '') AS place, of_whom AS who, of_period AS day,
            toString(argMax(s.unit, s.submitted_at)) AS unit, toString(argMax(s.period, s.submitted_at)) AS period,
            if(startsWith({by:String}, 'newest'), max(s.submitted_at), min(s.submitted_at)) AS sent,
            toUInt64(argMin(s.reporter, s.submitted_at)) AS reporter, argMin(s.channel, s.submitted_at) = 'api' AS machine,
            argMax(figures, s.submitted_at) AS figures_given, argMax(answers_given, s.submitted_at) AS given
        FROM submissions AS s
        WHERE s.form IN ({form_a:String}, {form_b:String}) AND s.period_start BETWEEN {start:Date} AND {to:Date} AND of_whom != 0
        GROUP BY side, place, who, day
    ),
    pairs AS (
        SELECT b.unit AS unit, b.period AS period, a.sent AS sent_a, b.sent AS sent_b, a.machine OR b.machine AS machine, b.sent >= a.sent AS b_later,
            if(b_later, b.reporter, a.reporter) AS reporter, a.reporter = b.reporter AND a.reporter != 0 AS one_person,
            abs(dateDiff('second', a.sent, b.sent)) / 86400 AS apart,
            arrayMap((u, v) -> toUInt64(u NOT IN ('', 'nan') AND v NOT IN ('', 'nan')), a.given, b.given) AS filled,
            arrayMap((u, v, x, y, kind, place, factor) -> toUInt64(u NOT IN ('', 'nan') AND v NOT IN ('', 'nan') AND multiIf(
                kind = 'recode', transform(concat(toString(place), ':', u), {codes_from:Array(String)}, {codes_to:Array(String)}, '') = v,
                kind = 'scale', abs(toFloat64(factor) * x - y) <= 1e-9 * abs(y)
                    + if(position(v, '.') > 0, 0.5 * exp10(toInt32(position(v, '.')) - toInt32(length(v))), if(toFloat64(factor) < 1 AND length(v) >= 2, 0.5, 0))
                    + toFloat64(factor) * if(position(u, '.') > 0, 0.5 * exp10(toInt32(position(u, '.')) - toInt32(length(u))), if(toFloat64(factor) > 1 AND length(u) >= 2, 0.5, 0)),
                u = v)), a.given, b.given, a.figures_given, b.figures_given, {kinds:Array(String)}, arrayEnumerate({kinds:Array(String)}), {factors:Array(String)}) AS same,
            arraySum(same) AS equal
        FROM (SELECT * FROM sides WHERE side = 0) AS a
        INNER JOIN (SELECT * FROM sides WHERE side = 1) AS b ON a.place = b.place AND a.who = b.who AND a.day = b.day
        WHERE greatest(sent_a, sent_b) >= toDateTime({from:Date}, 'Asia/Shanghai') AND greatest(sent_a, sent_b) < toDateTime({to:Date} + 1, 'Asia/Shanghai')
            AND arraySum(filled) > 0
    )
SELECT toStartOfMonth(toDate(greatest(sent_a, sent_b), 'Asia/Shanghai')) AS month, grouping(month) = 1 AS whole,
    countIf(NOT machine) AS joined, countIf(NOT machine AND equal > 0) AS repeated, countIf(machine AND equal > 0) AS handed,
    countIf(NOT machine AND equal > 0 AND b_later) AS later, countIf(NOT machine AND equal > 0 AND one_person) AS alone,
    uniqExactIf(unit, NOT machine AND equal > 0) AS places, uniqExactIf(reporter, NOT machine AND equal > 0 AND reporter != 0) AS people,
    quantilesExactIf(0.25, 0.5, 0.75)(apart, NOT machine AND equal > 0) AS quartiles,
    sumForEachIf(filled, NOT machine AND NOT b_later) AS filled_a, sumForEachIf(same, NOT machine AND NOT b_later) AS same_a,
    sumForEachIf(filled, NOT machine AND b_later) AS filled_b, sumForEachIf(same, NOT machine AND b_later) AS same_b,
    groupArraySortedIf(5)((toUInt64(1000 - equal), cityHash64(unit, period), unit, period, toString(toDate(sent_a, 'Asia/Shanghai')), toString(toDate(sent_b, 'Asia/Shanghai'))), NOT machine AND equal > 0) AS examples
FROM pairs
GROUP BY GROUPING SETS ((month), ())
ORDER BY whole, month
