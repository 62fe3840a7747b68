-- The order in which events were stored: one writer a source, so who reads behind a place misses none that comes later.
ALTER TABLE banyan.events ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX events_place ON banyan.events (source_id, place);
