-- Lists by a score that few work orders have.
CREATE INDEX work_orders_by_score ON work_orders (site_id, progress_score, created_at, id);
