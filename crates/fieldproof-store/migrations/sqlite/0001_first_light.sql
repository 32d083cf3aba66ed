-- Conventions: ids are UUIDs; times are microseconds since 1970-01-01 UTC; JSON columns are named for what they hold.

CREATE TABLE app_versions (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,          -- sha256 over paths and contents: the version is its content
  files TEXT NOT NULL,           -- JSON list of paths, kept in the blob store
  created_at INTEGER NOT NULL,
  UNIQUE (name, version)
) STRICT;

CREATE TABLE sites (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  app_version_id BLOB NOT NULL REFERENCES app_versions (id),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
  id BLOB NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,    -- lower case
  name TEXT,
  password_hash TEXT,            -- Argon2id, PHC string
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
  user_id BLOB NOT NULL REFERENCES users (id),
  site_id BLOB NOT NULL REFERENCES sites (id),
  role TEXT NOT NULL,
  PRIMARY KEY (user_id, site_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  id BLOB NOT NULL PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES users (id),
  site_id BLOB NOT NULL REFERENCES sites (id),
  secret_hash BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

CREATE TABLE work_orders (
  id BLOB NOT NULL PRIMARY KEY,
  site_id BLOB NOT NULL REFERENCES sites (id),
  app_version_id BLOB NOT NULL REFERENCES app_versions (id),
  name TEXT NOT NULL,
  metadata TEXT NOT NULL,
  tags TEXT NOT NULL,
  types TEXT NOT NULL,
  user_group_ids TEXT NOT NULL,
  parameters TEXT,
  field_engineer_id BLOB REFERENCES users (id),
  progress_score INTEGER,
  review_date INTEGER,
  first_analysis_id BLOB,
  latest_analysis_id BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX work_orders_by_site ON work_orders (site_id, created_at);

CREATE TABLE analyses (
  id BLOB NOT NULL PRIMARY KEY,
  work_order_id BLOB NOT NULL REFERENCES work_orders (id) ON DELETE CASCADE,
  app_version_id BLOB NOT NULL REFERENCES app_versions (id),
  user_id BLOB NOT NULL REFERENCES users (id),
  task_group TEXT NOT NULL,
  photo_sha256 BLOB NOT NULL,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- One analysis for the same bytes on the same work order and task group: a second one is a client's retry.
CREATE UNIQUE INDEX analyses_by_photo ON analyses (work_order_id, task_group, photo_sha256);

CREATE TABLE inputs (
  id BLOB NOT NULL PRIMARY KEY,
  analysis_id BLOB NOT NULL REFERENCES analyses (id) ON DELETE CASCADE,
  work_order_id BLOB NOT NULL REFERENCES work_orders (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,     -- order within the analysis, as sent
  name TEXT NOT NULL,
  kind TEXT NOT NULL,            -- text | image
  text_value TEXT,               -- of kind text
  blob_key TEXT,                 -- of kind image
  width INTEGER,
  height INTEGER,
  metadata TEXT NOT NULL,
  findings TEXT NOT NULL,        -- level 1: JSON list of {problem, level, value, threshold}
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX inputs_by_work_order ON inputs (work_order_id, created_at, analysis_id, position);
CREATE INDEX inputs_by_analysis ON inputs (analysis_id);

CREATE TABLE outcomes (
  analysis_id BLOB NOT NULL REFERENCES analyses (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  value TEXT,
  message TEXT,                  -- JSON: a string, or an object by language
  color TEXT,
  is_conformity_validated INTEGER,
  regions TEXT NOT NULL,
  failure TEXT,
  PRIMARY KEY (analysis_id, task)
) STRICT, WITHOUT ROWID;

CREATE TABLE corrections (
  id BLOB NOT NULL PRIMARY KEY,
  work_order_id BLOB NOT NULL REFERENCES work_orders (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  value TEXT NOT NULL,
  user_id BLOB NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX corrections_by_work_order ON corrections (work_order_id);

-- The sum of outcomes and corrections, kept so that a work order is read without adding them up.
CREATE TABLE task_states (
  work_order_id BLOB NOT NULL REFERENCES work_orders (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  id BLOB NOT NULL,
  analyzed_value TEXT,
  analyzed_date INTEGER,
  analysis_id BLOB,
  input_id BLOB,
  regions TEXT NOT NULL,
  corrected_value TEXT,
  corrected_date INTEGER,
  message TEXT,
  color TEXT,
  is_conformity_validated INTEGER,
  PRIMARY KEY (work_order_id, task)
) STRICT, WITHOUT ROWID;

-- What a photo looked like, for the Duplicate check. `seq` grows with every insert and is never used again.
CREATE TABLE photo_hashes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  site_id BLOB NOT NULL REFERENCES sites (id),
  work_order_id BLOB NOT NULL REFERENCES work_orders (id) ON DELETE CASCADE,
  task_group TEXT NOT NULL,
  sha256 BLOB NOT NULL,
  version INTEGER,               -- of the perceptual algorithm; NULL when the picture has no structure to hash
  bits BLOB                      -- 32 bytes
) STRICT;

CREATE INDEX photo_hashes_by_sha256 ON photo_hashes (site_id, sha256);
CREATE INDEX photo_hashes_by_site ON photo_hashes (site_id, seq);
CREATE INDEX photo_hashes_by_work_order ON photo_hashes (work_order_id);

-- Photos whose rows are gone and whose bytes still have to go.
CREATE TABLE erasures (
  blob_key TEXT NOT NULL PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  user_id BLOB,                  -- NULL: the command line
  site_id BLOB,
  action TEXT NOT NULL,
  subject_id BLOB,
  details TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_subject ON audit (subject_id);
