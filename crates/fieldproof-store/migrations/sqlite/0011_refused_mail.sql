-- JSON list of objects with email and error: the addresses that the mail server has refused for good, and its reason.
ALTER TABLE export_runs ADD COLUMN refused TEXT NOT NULL DEFAULT '[]';
