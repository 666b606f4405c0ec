SELECT code, name, parent, toString(kind), population, staff, declared FROM units FINAL
