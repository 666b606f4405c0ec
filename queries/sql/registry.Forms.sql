SELECT id, system, title, toString(cycle), due_days, basis, approved, approved_known, toString(per), prefilled, declared FROM forms FINAL
