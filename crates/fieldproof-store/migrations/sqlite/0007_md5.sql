-- MD5 takes long, so it is computed for those senders alone who compare it.
ALTER TABLE batches ADD COLUMN md5_wanted INTEGER NOT NULL DEFAULT 0;  -- 0 | 1
