SELECT id, system, title, toString(cycle), due_days, basis, approved, toString(per), prefilled, declared FROM forms FINAL
