-- Findings of any number under the reader's conditions, in the order in which they are stored, so that none has to be held for sorting.
SELECT id, toString(detector), version, toString(family), systems, forms, arrayMap(x -> [x.1, x.2], fields), units, reporters,
    period_from, period_to, score, p, q, effect, n, toString(severity), toString(status), reason, evidence, explanations, rule
FROM findings FINAL
WHERE ({family:String} = '' OR family = {family:String})
  AND ({detector:String} = '' OR detector = {detector:String})
  AND ({severity:String} = '' OR severity = {severity:String})
  AND if({status:String} = '', status != 'resolved' AND ({not_assessed:Bool} OR status != 'not_assessed'), status = {status:String})
  AND ({system:String} = '' OR has(systems, {system:String}))
  AND ({form:String} = '' OR has(forms, {form:String}))
  AND (empty({units:Array(String)}) OR hasAny(units, {units:Array(String)}))
  AND ({text:String} = '' OR (NOT {bound:Bool} OR {data:Bool}) AND positionCaseInsensitiveUTF8(evidence, {text:String}) > 0 OR startsWith(id, {text:String})
       OR hasAny(arrayConcat(systems, forms, units), {text_ids:Array(String)}))
  AND (NOT {bound:Bool} OR if(family = 'fabrication',
        {data:Bool} AND ({everywhere:Bool} OR (notEmpty(units) AND hasAll({within:Array(String)}, units))),
        ({places:Bool} AND ({everywhere:Bool} OR empty(units) OR hasAny({within:Array(String)}, units)))
        OR {all_systems:Bool} OR hasAny(systems, {own_systems:Array(String)}) OR hasAny(forms, {own_forms:Array(String)})))
ORDER BY id
