-- One page of findings under the reader's conditions. What is no longer found, or could not be judged, is listed only where asked for.
SELECT id, toString(detector), version, toString(family), systems, forms, arrayMap(x -> [x.1, x.2], fields), units, reporters,
    period_from, period_to, score, p, q, effect, n, toString(severity), toString(status), reason, evidence, explanations, rule
FROM findings FINAL
WHERE (empty({ids:Array(String)}) OR id IN {ids:Array(String)})
  AND ({family:String} = '' OR family = {family:String})
  AND ({detector:String} = '' OR detector = {detector:String})
  AND ({severity:String} = '' OR severity = {severity:String})
  AND if({status:String} = '', notEmpty({ids:Array(String)}) OR (status != 'resolved' AND ({not_assessed:Bool} OR status != 'not_assessed')), status = {status:String})
  AND ({system:String} = '' OR has(systems, {system:String}))
  AND ({form:String} = '' OR has(forms, {form:String}))
  AND (empty({units:Array(String)}) OR hasAny(units, {units:Array(String)}))
  AND ({text:String} = '' OR (NOT {bound:Bool} OR {data:Bool}) AND positionCaseInsensitiveUTF8(evidence, {text:String}) > 0 OR startsWith(id, {text:String})
       OR hasAny(arrayConcat(systems, forms, units), {text_ids:Array(String)}))
  AND (NOT {bound:Bool} OR if(family = 'fabrication',
        {data:Bool} AND ({everywhere:Bool} OR (notEmpty(units) AND hasAll({within:Array(String)}, units))),
        ({places:Bool} AND ({everywhere:Bool} OR empty(units) OR hasAny({within:Array(String)}, units)))
        OR {all_systems:Bool} OR hasAny(systems, {own_systems:Array(String)}) OR hasAny(forms, {own_forms:Array(String)})))
ORDER BY
    status = 'not_assessed',
    if({sort:String} = 'detector' AND {ascending:Bool}, detector, '') ASC,
    if({sort:String} = 'detector' AND NOT {ascending:Bool}, detector, '') DESC,
    multiIf({sort:String} = 'detector', 0,
            {sort:String} = 'score', score,
            {sort:String} = 'n', toFloat64(n),
            {sort:String} = 'period', toFloat64(toUInt32(period_to)) + toFloat64(toUInt32(period_from)) / 100000,
            toFloat64(transform(toString(severity), ['high', 'medium', 'low'], [3, 2, 1], 0))) * if({ascending:Bool}, -1, 1) DESC,
    transform(toString(severity), ['high', 'medium', 'low'], [3, 2, 1], 0) DESC,
    score DESC, id
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
