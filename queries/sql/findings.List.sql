SELECT id, toString(detector), version, toString(family), systems, forms, arrayMap(x -> [x.1, x.2], fields), units, reporters,
    period_from, period_to, score, p, q, effect, n, toString(severity), toString(status), reason, evidence, explanations, rule
FROM findings FINAL
WHERE ({id:String} = '' OR id = {id:String})
  AND ({family:String} = '' OR family = {family:String})
  AND ({detector:String} = '' OR detector = {detector:String})
  AND ({unit:String} = '' OR has(units, {unit:String}))
  AND ({system:String} = '' OR has(systems, {system:String}))
  AND ({all:Bool} OR status NOT IN ('not_assessed', 'resolved'))
ORDER BY family, detector, score DESC, id
