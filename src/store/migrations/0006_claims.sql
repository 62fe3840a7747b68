-- Processes that share the work of a store, and who does what. Whether a member lives and whether a claim is held is said by advisory
-- locks of a session, which fall with it; the rows say the rest. Times are ms since 1970 by the server's clock.
CREATE TABLE banyan.members (
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host text COLLATE "C" NOT NULL,
  pid integer NOT NULL,
  sessions text COLLATE "C" NOT NULL,
  since double precision NOT NULL,
  seen_at double precision NOT NULL,
  waits_for text[] NOT NULL
);
-- `epoch` grows with each holder: what an earlier one still writes is refused.
CREATE TABLE banyan.claims (
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage text COLLATE "C" NOT NULL UNIQUE,
  epoch integer NOT NULL,
  since double precision NOT NULL
);
