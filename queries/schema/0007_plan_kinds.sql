-- Why a field stands on its form: payload, key, header, note, identity or prefilled; base is what opening the form takes.
ALTER TABLE field_hours ADD COLUMN IF NOT EXISTS kind LowCardinality(String);
