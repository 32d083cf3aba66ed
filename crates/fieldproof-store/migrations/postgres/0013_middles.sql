-- The hash of a photo's middle, by which it is found when it was cut out of another photo or another out of it. Photos
-- that came before have none.
ALTER TABLE photo_hashes ADD COLUMN middle_version BIGINT;
ALTER TABLE photo_hashes ADD COLUMN middle BYTEA;
