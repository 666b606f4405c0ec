INSERT INTO burden_forms (run, form, fence, seconds, spread, observed)
