-- Text that is ordered or looked up is COLLATE "C": byte order is log order, and needs no locale.
-- Data is text made by model/canonical.ts, never jsonb: bigint, bytes, -0 and U+0000 survive.

CREATE TABLE banyan.sources (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE banyan.source_tables (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id smallint NOT NULL REFERENCES banyan.sources,
  name text COLLATE "C" NOT NULL,
  UNIQUE (source_id, name)
);

CREATE TABLE banyan.capture_cursors (
  source_id smallint PRIMARY KEY REFERENCES banyan.sources,
  token text COLLATE "C" NOT NULL,
  position text COLLATE "C" NOT NULL,
  at double precision NOT NULL,
  phase text COLLATE "C" NOT NULL,
  transactions bigint NOT NULL,
  changes bigint NOT NULL,
  events bigint NOT NULL
);

CREATE TABLE banyan.stage_cursors (
  stage text COLLATE "C" PRIMARY KEY,
  position text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  -- The rest of a cursor that is more than a point, canonical.
  detail text COLLATE "C"
);

CREATE TABLE banyan.transactions (
  source_id smallint NOT NULL,
  position text COLLATE "C" NOT NULL,
  transaction_id text COLLATE "C" NOT NULL,
  began_at double precision,
  committed_at double precision NOT NULL,
  captured_at double precision NOT NULL,
  change_count integer NOT NULL,
  snapshot boolean NOT NULL,
  PRIMARY KEY (source_id, position)
);

-- The change log, and at once every version that any row ever had.
CREATE TABLE banyan.changes (
  source_id smallint NOT NULL,
  table_id integer NOT NULL,
  ordinal integer NOT NULL,
  op "char" NOT NULL,
  before_kind "char" NOT NULL,
  position text COLLATE "C" NOT NULL,
  key text COLLATE "C",
  before text COLLATE "C",
  after text COLLATE "C",
  omitted text COLLATE "C",
  PRIMARY KEY (source_id, position, ordinal)
);
CREATE INDEX changes_row ON banyan.changes (table_id, key, position DESC, ordinal DESC) WHERE key IS NOT NULL;
CREATE INDEX changes_truncate ON banyan.changes (table_id, position, ordinal) WHERE op = 't';

CREATE TABLE banyan.events (
  id text COLLATE "C" PRIMARY KEY,
  source_id smallint NOT NULL,
  ordinal integer NOT NULL,
  rule_version integer NOT NULL,
  occurred_at double precision NOT NULL,
  position text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  journey text COLLATE "C",
  milestone text COLLATE "C",
  rule_name text COLLATE "C" NOT NULL,
  causes text COLLATE "C" NOT NULL,
  data text COLLATE "C" NOT NULL
);
CREATE INDEX events_log ON banyan.events (source_id, position, ordinal);
CREATE INDEX events_key ON banyan.events (key);

CREATE TABLE banyan.journeys (
  journey text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  due_at double precision,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (journey, key)
);
CREATE INDEX journeys_due ON banyan.journeys (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE banyan.dead_letters (
  id text COLLATE "C" PRIMARY KEY,
  source_id smallint NOT NULL,
  position text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL
);
CREATE INDEX dead_letters_log ON banyan.dead_letters (source_id, position);

-- The archive: live decisions with their reads.
CREATE TABLE banyan.decisions (
  id text COLLATE "C" PRIMARY KEY,
  context text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL
);
CREATE INDEX decisions_context ON banyan.decisions (context);

-- as_of_* is the point that classification is ordered by. A decision is classified when classified_revision has
-- caught up with revision; so one that settles or is revised late comes up again, wherever the cursor stands.
CREATE TABLE banyan.legacy_decisions (
  id text COLLATE "C" PRIMARY KEY,
  as_of_ordinal integer NOT NULL,
  revision integer NOT NULL,
  classified_revision integer NOT NULL DEFAULT -1,
  context text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  as_of_position text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL
);
CREATE INDEX legacy_decisions_order ON banyan.legacy_decisions (context, as_of_position, as_of_ordinal, id);
CREATE INDEX legacy_decisions_key ON banyan.legacy_decisions (context, key);
CREATE INDEX legacy_decisions_unsettled ON banyan.legacy_decisions (context) WHERE state <> 'settled';
CREATE INDEX legacy_decisions_unclassified ON banyan.legacy_decisions (context, as_of_position, as_of_ordinal, id)
  WHERE state = 'settled' AND classified_revision < revision;

CREATE TABLE banyan.verdicts (
  id text COLLATE "C" PRIMARY KEY,
  revision integer NOT NULL,
  context text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL
);
CREATE INDEX verdicts_context ON banyan.verdicts (context);

CREATE TABLE banyan.hidden_rules (
  context text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  place integer NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (context, id)
);
