-- Backups under way. While one is in force no photo is erased, so that every photo that the backup's rows name is there
-- until it has been copied. Not data: never copied itself.
CREATE TABLE holds (
  id UUID NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL,
  until BIGINT NOT NULL          -- a hold that was not renewed until then counts for nothing
);
