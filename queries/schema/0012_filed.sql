-- Whether an app was filed before it was launched, and whether anybody said so: an app of which nobody said it is not "unfiled".
ALTER TABLE systems ADD COLUMN IF NOT EXISTS filed Bool DEFAULT false, ADD COLUMN IF NOT EXISTS filed_known Bool DEFAULT false;
