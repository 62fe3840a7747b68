-- Which columns a captured table had, from which place in the log on. `ordinal`: order at one place.
CREATE TABLE banyan.table_versions (
  source_id smallint NOT NULL,
  ordinal integer NOT NULL,
  position text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (source_id, position, name, ordinal)
);
