-- How many events of opening and sending there are of each form, to bound what is read of them.
SELECT toString(form) AS form, countIf(action = 'submit') AS sent, countIf(action != 'submit') AS opened
FROM usage_events
WHERE time >= toDateTime({from:Date}, 'Asia/Shanghai') AND time < toDateTime({to:Date} + 1, 'Asia/Shanghai')
    AND form IN {forms:Array(String)} AND action IN ('view', 'create', 'submit') AND traffic = 'business' AND actor != 0 AND status < 400
GROUP BY form
ORDER BY form
