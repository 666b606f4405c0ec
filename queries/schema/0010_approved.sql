-- Whether anything is known of a form's admission: a form of which nobody said so is not "not approved". What was stored before
-- as approved is known; what was stored as not approved may only have been left out.
ALTER TABLE forms ADD COLUMN IF NOT EXISTS approved_known Bool DEFAULT approved;
