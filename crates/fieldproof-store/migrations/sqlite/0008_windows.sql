-- Up to here the site's time is closed: no change gets an earlier moment any more, so a window that ends here is complete.
ALTER TABLE sites ADD COLUMN closed_until INTEGER;
