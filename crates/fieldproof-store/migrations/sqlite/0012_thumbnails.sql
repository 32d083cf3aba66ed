-- A small JPEG of each photo, for lists. Beside the inputs and not in them, so that whoever reads inputs reads past none.
CREATE TABLE thumbnails (
  input_id BLOB NOT NULL PRIMARY KEY REFERENCES inputs (id) ON DELETE CASCADE,
  jpeg BLOB NOT NULL
) STRICT;
