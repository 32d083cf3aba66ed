-- Work that is done later, listed in the transaction of the change that causes it. A job that is done is deleted.
CREATE TABLE jobs (
  id BLOB NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  dedup_key TEXT UNIQUE,         -- at most one job with this key at a time; NULL: as many as there are
  priority INTEGER NOT NULL,     -- lower first
  payload TEXT NOT NULL,         -- JSON
  state TEXT NOT NULL,           -- waiting | running | dead
  attempts INTEGER NOT NULL,
  run_at INTEGER NOT NULL,       -- not before
  lease_owner BLOB,              -- of a running job: which attempt
  lease_until INTEGER,           -- later, others may take it over
  last_error TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_to_run ON jobs (state, priority, run_at, id);

-- Requests that their senders may repeat, by the Idempotency-Key they gave, with the answer once there is one.
CREATE TABLE idempotency_keys (
  site_id BLOB NOT NULL REFERENCES sites (id),
  user_id BLOB NOT NULL REFERENCES users (id),
  key TEXT NOT NULL,
  request_sha256 BLOB NOT NULL,
  attempt BLOB NOT NULL,         -- who works on it
  attempt_until INTEGER NOT NULL, -- later, a repetition may start anew
  status INTEGER,                -- HTTP status of the answer; NULL: in flight
  body TEXT,                     -- JSON
  created_at INTEGER NOT NULL,
  PRIMARY KEY (site_id, user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- For the sweep of photos that no row speaks of.
CREATE INDEX inputs_by_blob_key ON inputs (blob_key);
