-- Exports: what goes where, how often, and what became of each window.
CREATE TABLE exports (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT,                     -- what people call it
  user_id BLOB REFERENCES users (id), -- who made it; NULL: the server's operator
  settings TEXT NOT NULL,        -- JSON object: the fields of the API that are no secrets
  secrets BLOB,                  -- those that are, encrypted
  is_paused INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- A site of an export, whose windows follow each other without a gap.
CREATE TABLE export_sites (
  export_id BLOB NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
  site_id BLOB NOT NULL REFERENCES sites (id),
  next_from INTEGER,             -- where the next window begins; NULL: there is no other
  next_to INTEGER,               -- where it ends, when the interval does not say so
  PRIMARY KEY (export_id, site_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX export_sites_by_site ON export_sites (site_id, export_id);

-- A window on its way, or delivered.
CREATE TABLE export_runs (
  id BLOB NOT NULL PRIMARY KEY,
  export_id BLOB NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
  site_id BLOB NOT NULL REFERENCES sites (id),
  window_from INTEGER NOT NULL,
  window_to INTEGER NOT NULL,
  export_type TEXT NOT NULL,
  name TEXT NOT NULL,            -- of its file, without endings: never another, whatever the settings become
  compression TEXT NOT NULL,
  state TEXT NOT NULL,           -- waiting | running | failed | delivered
  attempts INTEGER NOT NULL,     -- since it was last asked for
  next_try_at INTEGER,           -- not before, while it is not delivered
  error TEXT,                    -- why the last attempt failed
  blob_key TEXT,                 -- the bytes of its file, once written and as long as they are kept
  manifest TEXT,                 -- the bytes of the manifest beside them
  lines INTEGER,
  bytes INTEGER,
  sha256 TEXT,
  photos INTEGER NOT NULL,       -- sent for it
  created_at INTEGER NOT NULL,
  started_at INTEGER,            -- of the last attempt
  finished_at INTEGER,           -- when it was delivered
  keep_until INTEGER             -- the bytes are erased then
) STRICT;

CREATE UNIQUE INDEX export_runs_by_name ON export_runs (export_id, site_id, export_type, name);
CREATE UNIQUE INDEX export_runs_by_window ON export_runs (export_id, site_id, export_type, window_from, window_to);
CREATE INDEX export_runs_by_export ON export_runs (export_id, created_at, id);
CREATE INDEX export_runs_pending ON export_runs (export_id, site_id, window_to) WHERE state <> 'delivered';
CREATE INDEX export_runs_kept ON export_runs (site_id, window_to) WHERE blob_key IS NOT NULL;
CREATE INDEX export_runs_by_blob_key ON export_runs (blob_key) WHERE blob_key IS NOT NULL;

-- Photos that an export has sent: none of them goes twice.
CREATE TABLE export_photos (
  export_id BLOB NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
  input_id BLOB NOT NULL,        -- its work order may have been deleted since
  PRIMARY KEY (export_id, input_id)
) STRICT, WITHOUT ROWID;
