SELECT body
FROM system_assessments
WHERE run = (SELECT max(run) FROM system_assessments) AND ({system:String} = '' OR system = {system:String})
ORDER BY system
