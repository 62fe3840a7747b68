import pg from 'pg'
import { journey } from '../../rules/journey.ts'
import { legacySchema } from '../../src/legacy-schema.ts'
import type { Rule } from '../../src/model/rule.ts'

/** Headers and lines as shops have them; identity DEFAULT, so the log has no old rows. */
export const ordersSchema = `
  CREATE TABLE ord_hdr (ord_no char(10) PRIMARY KEY, cust_no int NOT NULL, chnl_cd char(3) NOT NULL, sts_cd char(1) NOT NULL,
    tot_amt numeric(12,2) NOT NULL, ord_ts timestamptz NOT NULL, upd_ts timestamptz NOT NULL);
  CREATE TABLE ord_ln (ord_no char(10) NOT NULL, ln_no int NOT NULL, sku varchar(20) NOT NULL, qty int NOT NULL, unit_prc numeric(12,2) NOT NULL,
    sts_cd char(1) NOT NULL, note varchar(60), upd_ts timestamptz NOT NULL, PRIMARY KEY (ord_no, ln_no));
  CREATE TABLE prc_lst (sku varchar(20) PRIMARY KEY, unit_prc numeric(12,2) NOT NULL, upd_ts timestamptz NOT NULL);
  INSERT INTO prc_lst SELECT 'SKU-' || n, n, now() FROM generate_series(1, 20000) n`

export const orderTables = ['ord_hdr', 'ord_ln', 'prc_lst']

interface Shop {
  ord_hdr: { ord_no: string; cust_no: number; chnl_cd: string; sts_cd: string; tot_amt: string; upd_ts: string }
  ord_ln: { ord_no: string; ln_no: number; sku: string; qty: number; unit_prc: string }
}

const { rule } = legacySchema<Shop>()

const order = journey('order', { milestones: { placed: 'order.placed', shipped: 'order.shipped' }, limits: { shipped: '2 d' } })

const placed = rule('order.placed', {
  version: 1,
  owner: 'orders',
  journey: order,
  tables: ['ord_ln'],
  when: (tx) => tx.created('ord_hdr'),
  emit: (hdr, { tx }) => ({
    key: hdr.ord_no.trimEnd(),
    data: {
      channel: hdr.chnl_cd.trimEnd(),
      total: hdr.tot_amt,
      lines: tx
        .created('ord_ln')
        .filter((line) => line.ord_no === hdr.ord_no)
        .map((line) => ({ line: line.ln_no, sku: line.sku, qty: line.qty, unitPrice: line.unit_prc })),
    },
  }),
})

const shipped = rule('order.shipped', {
  version: 1,
  owner: 'orders',
  journey: order,
  when: (tx) => tx.transitioned('ord_hdr', 'sts_cd', { to: 'S' }),
  emit: (hdr) => ({ key: hdr.ord_no.trimEnd(), data: { shippedAt: hdr.upd_ts } }),
})

/** Two events an order, in a journey with a time limit. */
export const orderRules: readonly Rule[] = [placed, shipped]
export const orderJourneys = [order]

/** An order of four lines is placed, and one of a hundred orders ago is shipped: two transactions of five changes each. */
const trade = (from: number, orders: number): string => `DO $$ DECLARE due char(10); BEGIN FOR n IN ${from}..${from + orders - 1} LOOP
  INSERT INTO ord_hdr VALUES ('O' || n, n % 5000, CASE n % 3 WHEN 0 THEN 'WEB' WHEN 1 THEN 'STO' ELSE 'PHN' END, 'N', n % 900 + 0.95,
    clock_timestamp(), clock_timestamp());
  INSERT INTO ord_ln SELECT 'O' || n, i, 'SKU-' || (n * 7 + i) % 20000 + 1, i, n % 200 + 0.25, 'N', 'leave at the side door ' || n, clock_timestamp()
    FROM generate_series(1, 4) i;
  COMMIT;
  due := 'O' || n - 100;
  UPDATE ord_hdr SET sts_cd = 'S', upd_ts = clock_timestamp() WHERE ord_no = due;
  UPDATE ord_ln SET sts_cd = 'S', upd_ts = clock_timestamp() WHERE ord_no = due;
  COMMIT; END LOOP; END $$`

const reprice = 'UPDATE prc_lst SET unit_prc = unit_prc + 0.05, upd_ts = now()'

/** In each part 20,000 of about 100,000 changes are one transaction, a new price list; all others come five to a transaction. */
const ordersOfPart = 8_000
/** The first hundred orders of all have none before them to ship. */
const head = 100

/** Transactions in so many parts: what a bare reader counts. */
export const transactionsOf = (parts: number): number => head + parts * (2 * ordersOfPart + 1)

/** Writes parts `from` to `to` (exclusive) of the backlog. */
export const writeOrders = async (url: string, from: number, to: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let part = from; part < to; part += 1) {
      const first = part * ordersOfPart + head + 1
      await client.query(part === 0 ? trade(1, ordersOfPart + head) : trade(first, ordersOfPart))
      await client.query(reprice)
    }
  } finally {
    await client.end()
  }
}
