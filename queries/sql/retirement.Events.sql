SELECT body FROM retirement_events
WHERE {system:String} = '' OR system = {system:String}
ORDER BY system, number
