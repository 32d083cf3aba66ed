-- What was delivered where, and to whom.

-- Which photos lie at which place of an export: none of them goes there twice, and another place gets them too. What was
-- noted without a place is forgotten; those photos are sent once more, over themselves.
DROP TABLE export_photos;
CREATE TABLE export_photos (
  export_id UUID NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
  place_id UUID NOT NULL,        -- derived from what tells one place from another
  input_id UUID NOT NULL,        -- its work order may have been deleted since
  PRIMARY KEY (export_id, place_id, input_id)
);

-- JSON list: the addresses that have the link to the file as it is.
ALTER TABLE export_runs ADD COLUMN mailed TEXT NOT NULL DEFAULT '[]';
