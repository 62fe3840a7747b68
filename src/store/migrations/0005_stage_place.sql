-- Stages follow events in the order in which they were stored: one may be stated at a position that was passed before.
-- place: the last event that a stage has seen; null: none.
ALTER TABLE banyan.stage_cursors ADD COLUMN place bigint;

-- Stages of older stores followed the log's order: they go on behind the last event that they could see.
UPDATE banyan.stage_cursors c SET place = coalesce(
  (SELECT min(e.place) - 1 FROM banyan.events e WHERE e.source_id = s.source_id AND (e.position, e.ordinal) > (c.position, c.ordinal)),
  (SELECT max(e.place) FROM banyan.events e WHERE e.source_id = s.source_id)
)
FROM (
  SELECT c.stage, (
    SELECT k.source_id FROM banyan.capture_cursors k
    -- A cursor does not name its source, its position does: by what stands before the last colon.
    ORDER BY regexp_replace(k.position, ':[^:]*$', '') = regexp_replace(c.position, ':[^:]*$', '') DESC, k.source_id LIMIT 1
  ) AS source_id
  FROM banyan.stage_cursors c
) s
WHERE s.stage = c.stage AND (c.stage LIKE 'shadow %' OR c.stage LIKE 'pair %');
