-- Tables that whoever captures is asked to read again.
CREATE TABLE banyan.reread_asks (
  source_id smallint NOT NULL REFERENCES banyan.sources,
  table_name text COLLATE "C" NOT NULL,
  asked_at double precision NOT NULL DEFAULT extract(epoch FROM clock_timestamp()) * 1000,
  PRIMARY KEY (source_id, table_name)
);
