SELECT body FROM case_events
WHERE {case:String} = '' OR case = {case:String}
ORDER BY case, number
