-- What two forms were told twice, for several pairs of forms at once: rows of the same unit and period (or person, subject,
-- record) with the fields that hold the same data side by side, by the month of the later entry and in all. Of several
-- submissions of one row the newest counts, and the time of the first. Nobody typed what came by api, so it is counted apart.
WITH
    asks AS (
        SELECT x.1 AS pair, x.2 AS side, x.3 AS form, x.4 AS joined_by, x.5 AS cycle, x.6 AS key_field,
            splitByChar('\x1f', x.7) AS names, splitByChar('\x1f', x.8) AS kinds, splitByChar('\x1f', x.9) AS factors
        FROM (SELECT arrayJoin(arrayZip({pairs:Array(UInt64)}, {sides:Array(UInt64)}, {forms:Array(String)}, {joins:Array(String)}, {cycles:Array(String)},
            {keys:Array(String)}, {names:Array(String)}, {kinds:Array(String)}, {factors:Array(String)})) AS x)
    ),
    given AS (
        SELECT q.pair AS pair, q.side AS side, q.joined_by AS joined_by, q.kinds AS kinds, q.factors AS factors, s.unit AS unit, s.period AS period,
            s.submitted_at AS submitted_at, s.reporter AS reporter, s.channel AS channel,
            arrayMap(f -> indexOf(s.fields, f), q.names) AS places,
            arrayMap(i -> if(i = 0, nan, s.numbers[i]), places) AS figures,
            arrayMap(i -> if(i = 0, '', lowerUTF8(normalizeUTF8NFKC(trimBoth(s.texts[i])))), places) AS words,
            arrayMap((x, t, kind) -> if(t = '', if(isNaN(x), '', toString(x)), if(kind = 'date' AND length(extractAll(t, '\\d+') AS parts) >= 3,
                concat(leftPad(parts[1], 4, '0'), leftPad(parts[2], 2, '0'), leftPad(parts[3], 2, '0')), t)), figures, words, q.kinds) AS answers_given,
            indexOf(s.fields, q.key_field) AS key_place,
            if(key_place = 0, '', if(s.texts[key_place] = '', toString(s.numbers[key_place]), lowerUTF8(normalizeUTF8NFKC(trimBoth(s.texts[key_place]))))) AS key_answer,
            multiIf(q.joined_by IN ('person', 'newest_person', 'record'), if(key_answer IN ('', 'nan'), 0, cityHash64(key_answer)),
                q.joined_by IN ('subject', 'newest_subject'), s.subject, 1) AS who,
            multiIf(q.joined_by IN ('newest_person', 'newest_subject', 'record'), toDate(0), q.cycle = 'week', toMonday(s.period_start), q.cycle = 'month', toStartOfMonth(s.period_start),
                q.cycle = 'quarter', toStartOfQuarter(s.period_start), q.cycle = 'half', toStartOfMonth(s.period_start) - toIntervalMonth((toMonth(s.period_start) - 1) % 6),
                q.cycle = 'year', toStartOfYear(s.period_start), s.period_start) AS day
        FROM submissions AS s
        INNER JOIN asks AS q ON q.form = s.form
        WHERE s.form IN {forms:Array(String)} AND s.period_start BETWEEN {start:Date} AND {to:Date}
    ),
    sides AS (
        SELECT pair, side, if(joined_by IN ('period', 'record'), toString(unit), '') AS place, who, day, any(kinds) AS kinds, any(factors) AS factors,
            toString(argMax(unit, submitted_at)) AS at_unit, toString(argMax(period, submitted_at)) AS of_period,
            if(startsWith(any(joined_by), 'newest'), max(submitted_at), min(submitted_at)) AS sent,
            toUInt64(argMin(reporter, submitted_at)) AS filer, argMin(channel, submitted_at) = 'api' AS by_machine,
            argMax(figures, submitted_at) AS numbers, argMax(answers_given, submitted_at) AS words
        FROM given
        WHERE who != 0
        GROUP BY pair, side, place, who, day
    ),
    met AS (
        SELECT a.pair AS pair, b.at_unit AS unit, b.of_period AS period, a.sent AS sent_a, b.sent AS sent_b, a.by_machine OR b.by_machine AS machine, b.sent >= a.sent AS b_later,
            if(b_later, b.filer, a.filer) AS reporter, a.filer = b.filer AND a.filer != 0 AS one_person,
            abs(dateDiff('second', a.sent, b.sent)) / 86400 AS apart,
            arrayMap((u, v) -> toUInt64(u NOT IN ('', 'nan') AND v NOT IN ('', 'nan')), a.words, b.words) AS filled,
            arrayMap((u, v, x, y, kind, at, factor) -> toUInt64(u NOT IN ('', 'nan') AND v NOT IN ('', 'nan') AND multiIf(
                kind = 'recode', transform(concat(toString(a.pair), ':', toString(at), ':', u), {codes_from:Array(String)}, {codes_to:Array(String)}, '') = v,
                kind = 'scale', abs(toFloat64OrZero(factor) * x - y) <= 1e-9 * abs(y)
                    + if(position(v, '.') > 0, 0.5 * exp10(toInt32(position(v, '.')) - toInt32(length(v))), if(toFloat64OrZero(factor) < 1 AND length(v) >= 2, 0.5, 0))
                    + toFloat64OrZero(factor) * if(position(u, '.') > 0, 0.5 * exp10(toInt32(position(u, '.')) - toInt32(length(u))), if(toFloat64OrZero(factor) > 1 AND length(u) >= 2, 0.5, 0)),
                u = v)), a.words, b.words, a.numbers, b.numbers, a.kinds, arrayEnumerate(a.kinds), a.factors) AS same,
            arraySum(same) AS equal
        FROM (SELECT * FROM sides WHERE side = 0) AS a
        INNER JOIN (SELECT * FROM sides WHERE side = 1) AS b ON a.pair = b.pair AND a.place = b.place AND a.who = b.who AND a.day = b.day
        WHERE greatest(sent_a, sent_b) >= toDateTime({from:Date}, 'Asia/Shanghai') AND greatest(sent_a, sent_b) < toDateTime({to:Date} + 1, 'Asia/Shanghai')
            AND arraySum(filled) > 0
    )
SELECT pair, toStartOfMonth(toDate(greatest(sent_a, sent_b), 'Asia/Shanghai')) AS month, grouping(month) = 1 AS whole,
    countIf(NOT machine) AS joined, countIf(NOT machine AND equal > 0) AS repeated, countIf(machine AND equal > 0) AS handed,
    countIf(NOT machine AND equal > 0 AND b_later) AS later, countIf(NOT machine AND equal > 0 AND one_person) AS alone,
    uniqExactIf(unit, NOT machine AND equal > 0) AS units, uniqExactIf(reporter, NOT machine AND equal > 0 AND reporter != 0) AS people,
    quantilesExactIf(0.25, 0.5, 0.75)(apart, NOT machine AND equal > 0) AS quartiles,
    sumForEachIf(filled, NOT machine AND NOT b_later) AS filled_a, sumForEachIf(same, NOT machine AND NOT b_later) AS same_a,
    sumForEachIf(filled, NOT machine AND b_later) AS filled_b, sumForEachIf(same, NOT machine AND b_later) AS same_b,
    groupArraySortedIf(5)((toUInt64(1000 - equal), cityHash64(unit, period), unit, period, toString(toDate(sent_a, 'Asia/Shanghai')), toString(toDate(sent_b, 'Asia/Shanghai'))), NOT machine AND equal > 0) AS examples
FROM met
GROUP BY GROUPING SETS ((pair, month), (pair))
ORDER BY pair, whole, month
