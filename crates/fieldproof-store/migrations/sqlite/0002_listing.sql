-- Lists of work orders: newest first, by what they can be filtered by.

-- One row for each fact that a list can ask for by equality (`tag:a`, `name:WO-1`, …), in the order of the list: a page
-- reads as many of them as it shows, however many work orders there are.
CREATE TABLE work_order_terms (
  site_id BLOB NOT NULL,         -- of the work order
  term TEXT NOT NULL,
  created_at INTEGER NOT NULL,   -- of the work order
  work_order_id BLOB NOT NULL REFERENCES work_orders (id) ON DELETE CASCADE,
  PRIMARY KEY (site_id, term, created_at, work_order_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX work_order_terms_by_work_order ON work_order_terms (work_order_id);

-- 0: its terms are still to be written, by the program, which knows its task groups.
ALTER TABLE work_orders ADD COLUMN terms_version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX work_orders_without_terms ON work_orders (id) WHERE terms_version < 1;

DROP INDEX work_orders_by_site;
CREATE INDEX work_orders_by_site ON work_orders (site_id, created_at, id);
CREATE INDEX work_orders_by_update ON work_orders (site_id, updated_at, created_at, id);
