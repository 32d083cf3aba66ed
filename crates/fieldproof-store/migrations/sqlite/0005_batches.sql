-- Archives of work orders: sent in pieces, unpacked into the blob store, worked off one work order at a time.
CREATE TABLE batches (
  id BLOB NOT NULL PRIMARY KEY,
  site_id BLOB NOT NULL REFERENCES sites (id),
  user_id BLOB NOT NULL REFERENCES users (id),   -- in whose name the work orders are made
  filename TEXT,                 -- as the sender calls the archive
  on_existing TEXT NOT NULL,     -- skip | append | fail
  status TEXT NOT NULL,
  archive_bytes INTEGER,         -- size of the archive, once the sender has said it
  crc32c TEXT,                   -- of the whole archive, Base64
  md5 TEXT,                      -- of the whole archive, Base64
  failure_code TEXT,             -- why the archive as a whole could not be used
  failure TEXT,
  created_at INTEGER NOT NULL,
  upload_until INTEGER NOT NULL, -- later, nothing more is taken
  upload_attempt INTEGER NOT NULL, -- grows when what was sent is thrown away, to be sent anew
  uploaded_at INTEGER,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;

CREATE INDEX batches_by_site ON batches (site_id, created_at, id);
CREATE INDEX batches_by_status ON batches (status, upload_until);

-- A folder of the archive.
CREATE TABLE batch_work_orders (
  batch_id BLOB NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,     -- in the order in which the folders were met, from 0
  name TEXT NOT NULL,
  metadata TEXT,                 -- JSON object
  parameters TEXT,               -- JSON object
  is_cut INTEGER NOT NULL,       -- 1: the archive breaks off in the middle of it, so it is never made
  work_order_id BLOB,            -- the work order made or added to; it may have been deleted since
  state TEXT NOT NULL,           -- waiting | done | failed | skipped | cancelled
  PRIMARY KEY (batch_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_work_orders_by_state ON batch_work_orders (batch_id, state);

CREATE TABLE batch_photos (
  batch_id BLOB NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
  work_order INTEGER NOT NULL,   -- position of its work order
  position INTEGER NOT NULL,     -- in the archive, from 0
  file TEXT NOT NULL,            -- path in the archive
  blob_key TEXT,                 -- until it is analysed; then the input has it
  state TEXT NOT NULL,           -- waiting | done | failed | skipped | cancelled
  PRIMARY KEY (batch_id, work_order, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_photos_by_state ON batch_photos (batch_id, state);
CREATE INDEX batch_photos_by_blob_key ON batch_photos (blob_key) WHERE blob_key IS NOT NULL;

-- The lines of the error file.
CREATE TABLE batch_problems (
  batch_id BLOB NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
  id BLOB NOT NULL,              -- grows with time
  unit INTEGER,                  -- position of the work order that was worked on; NULL: found while unpacking
  work_order TEXT,               -- name of its folder
  file TEXT,                     -- path in the archive
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (batch_id, id)
) STRICT, WITHOUT ROWID;
