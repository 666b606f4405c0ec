-- How many findings there are under the reader's conditions, and for every facet under all conditions but its own.
SELECT cell.1 AS facet, cell.2 AS value, count() AS n
FROM (
    SELECT arrayFilter(c -> c.3, [
            ('total', '', a AND b AND c AND d),
            ('family', toString(family), b AND c AND d),
            ('detector', toString(detector), a AND c AND d),
            ('severity', toString(severity), a AND b AND d),
            ('status', toString(status), a AND b AND c)]) AS cells
    FROM (
        SELECT family, detector, severity, status,
            ({family:String} = '' OR family = {family:String}) AS a,
            ({detector:String} = '' OR detector = {detector:String}) AS b,
            ({severity:String} = '' OR severity = {severity:String}) AS c,
            if({status:String} = '', notEmpty({ids:Array(String)}) OR (status != 'resolved' AND ({not_assessed:Bool} OR status != 'not_assessed')), status = {status:String}) AS d
        FROM findings FINAL
        WHERE (empty({ids:Array(String)}) OR id IN {ids:Array(String)})
          AND ({system:String} = '' OR has(systems, {system:String}))
          AND ({form:String} = '' OR has(forms, {form:String}))
          AND (empty({units:Array(String)}) OR hasAny(units, {units:Array(String)}))
          AND ({text:String} = '' OR (NOT {bound:Bool} OR {data:Bool}) AND positionCaseInsensitiveUTF8(evidence, {text:String}) > 0 OR startsWith(id, {text:String})
               OR hasAny(arrayConcat(systems, forms, units), {text_ids:Array(String)}))
          AND (NOT {bound:Bool} OR if(family = 'fabrication',
                {data:Bool} AND ({everywhere:Bool} OR (notEmpty(units) AND hasAll({within:Array(String)}, units))),
                ({places:Bool} AND ({everywhere:Bool} OR empty(units) OR hasAny({within:Array(String)}, units)))
                OR {all_systems:Bool} OR hasAny(systems, {own_systems:Array(String)}) OR hasAny(forms, {own_forms:Array(String)})))
    )
)
ARRAY JOIN cells AS cell
GROUP BY facet, value
