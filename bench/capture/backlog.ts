import pg from 'pg'

/** Ten columns of common types, as in a table of order lines. */
export const backlogTable = `CREATE TABLE backlog (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int, sku text, qty int, price numeric(12,2), status char(1), note varchar(60),
  flag bool, created_at timestamptz, updated_at timestamp)`

/** Each transaction is 5 rows born and 5 changed. Run where a slot exists already, so that all of it waits there. */
const load = (transactions: number, from: number): string => `DO $$ BEGIN FOR n IN ${from}..${from + transactions - 1} LOOP
  INSERT INTO backlog (customer_id, sku, qty, price, status, note, flag, created_at, updated_at)
    SELECT n, 'SKU-' || n || '-' || i, i, n * 1.25, 'N', 'a note of an ordinary length ' || n, n % 2 = 0, clock_timestamp(), clock_timestamp()
      FROM generate_series(1, 5) i;
  UPDATE backlog SET status = 'A', qty = qty + 1, updated_at = clock_timestamp() WHERE id > (n - 1) * 5 AND id <= n * 5;
  COMMIT; END LOOP; END $$`

/** Writes a backlog of changes, ten to a transaction. */
export const writeBacklog = async (url: string, changes: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let from = 1; from <= changes / 10; from += 10_000) await client.query(load(Math.min(10_000, changes / 10 - from + 1), from))
  } finally {
    await client.end()
  }
}
