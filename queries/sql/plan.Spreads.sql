SELECT toString(form) AS form, spread FROM burden_forms WHERE run = (SELECT max(run) FROM burden_forms) AND NOT observed ORDER BY form
