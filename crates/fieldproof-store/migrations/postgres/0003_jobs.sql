-- Work that is done later, listed in the transaction of the change that causes it. A job that is done is deleted.
CREATE TABLE jobs (
  id UUID NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  dedup_key TEXT UNIQUE,         -- at most one job with this key at a time; NULL: as many as there are
  priority BIGINT NOT NULL,     -- lower first
  payload TEXT NOT NULL,         -- JSON
  state TEXT NOT NULL,           -- waiting | running | dead
  attempts BIGINT NOT NULL,
  run_at BIGINT NOT NULL,       -- not before
  lease_owner UUID,              -- of a running job: which attempt
  lease_until BIGINT,           -- later, others may take it over
  last_error TEXT,
  created_at BIGINT NOT NULL
);

CREATE INDEX jobs_to_run ON jobs (state, priority, run_at, id);

-- Requests that their senders may repeat, by the Idempotency-Key they gave, with the answer once there is one.
CREATE TABLE idempotency_keys (
  site_id UUID NOT NULL REFERENCES sites (id),
  user_id UUID NOT NULL REFERENCES users (id),
  key TEXT NOT NULL,
  request_sha256 BYTEA NOT NULL,
  attempt UUID NOT NULL,         -- who works on it
  attempt_until BIGINT NOT NULL, -- later, a repetition may start anew
  status BIGINT,                -- HTTP status of the answer; NULL: in flight
  body TEXT,                     -- JSON
  created_at BIGINT NOT NULL,
  PRIMARY KEY (site_id, user_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- For the sweep of photos that no row speaks of.
CREATE INDEX inputs_by_blob_key ON inputs (blob_key);
