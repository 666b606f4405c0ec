INSERT INTO burden_forms (run, form, fence, seconds, spread, observed, method, least, common, bias)
