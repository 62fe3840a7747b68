import type { Answer, Cells } from '../world/cells.ts'
import { whole } from '../world/cells.ts'
import { category, codes, day, entity, flag, integer, money } from '../world/columns.ts'
import type { Ask, Domain } from '../world/domain.ts'

const customers = codes('C', 900)
const products = ['CARD', 'LOAN', 'LINE', 'LEAS', 'BNPL', 'AUTO']
const refusal: Answer = { outcome: 'declined', amount: 0, rateBp: 0 }
const surchargeBp: Readonly<Record<string, number>> = { A: 0, B: 40, C: 95, D: 180, E: 320 }

const rateOf = (product: Cells, customer: Cells, bugs: ReadonlySet<string>): number => {
  if (bugs.has('class-e-forgotten') && customer['class'] === 'E') return whole(product['rateBp'])
  return whole(product['rateBp']) + (surchargeBp[String(customer['class'])] ?? 0)
}

const policy = ({ input, state, references }: Ask, bugs: ReadonlySet<string>): Answer => {
  const { customer, product } = references
  if (!customer || !product || customer['blocked'] === 'Y') return refusal
  const amount = whole(input['amt'])
  const most = whole(product['most'])
  if (bugs.has('product-limit-inclusive') ? amount >= most : amount > most) return refusal
  const open = bugs.has('open-amount-doubled') && input['chnl_cd'] === 'BRK' ? whole(state[0]?.['open']) * 2 : whole(state[0]?.['open'])
  const left = whole(customer['limit']) - open
  const rateBp = rateOf(product, customer, bugs)
  if (amount <= left) return { outcome: 'approved', amount, rateBp }
  const step = 10_000
  const reduced = bugs.has('reduced-rounded-up') ? Math.ceil(left / step) * step : Math.floor(left / step) * step
  if (left < whole(product['least']))
    return bugs.has('refusal-without-amount') && input['chnl_cd'] === 'TEL' ? { outcome: 'declined', amount: -1, rateBp: 0 } : refusal
  return { outcome: 'reduced', amount: reduced, rateBp }
}

/** May this customer borrow so much? Open amounts grow with every approval and shrink with payments. */
export const credit: Domain = {
  name: 'credit',
  heldOut: false,
  request: {
    table: 'cr_apl',
    event: 'credit.requested',
    keyColumn: 'apl_no',
    columns: [
      entity('cust_no', customers, 0.7),
      category(
        'prod_cd',
        products.map((code, at) => [code, 1 / (at + 1)] as const),
      ),
      money('amt', 60_000, 500),
      category('chnl_cd', [
        ['WEB', 6],
        ['BRN', 3],
        ['BRK', 2],
        ['TEL', 1],
      ]),
      category(
        'cntry_cd',
        [
          ['DE', 6],
          ['AT', 2],
          ['CH', 1],
          ['NL', 1],
          ['PL', 1],
        ],
        false,
      ),
      integer('term_mth', 3, 72, false),
      day('start_dt', 0, 45, false),
      flag('first_flg', 0.25, false),
      integer('age_yr', 18, 82, false),
    ],
  },
  resultTable: 'cr_dec',
  state: {
    projection: 'exposure',
    table: 'cr_exp',
    keyColumn: 'cust_no',
    keys: customers,
    group: null,
    askedBy: 'cust_no',
    initial: (_key, from) => ({ open_amt: Math.round(from.exponential(90_000) / 500) * 500 }),
    after: (rows, _input, answer) => {
      const row = rows[0]
      return row === undefined || whole(answer['amount']) <= 0
        ? null
        : { ...row, open_amt: whole(row['open_amt']) + whole(answer['amount']) }
    },
    refill: (row, from) => ({ ...row, open_amt: Math.round((whole(row['open_amt']) * from.next() * 0.6) / 500) * 500 }),
    value: (row) => ({ open: row['open_amt'] ?? 0 }),
  },
  references: [
    {
      projection: 'customer',
      table: 'cust_mst',
      keyColumn: 'cust_no',
      keys: customers,
      keyOf: (input) => String(input['cust_no']),
      columns: [
        { ...money('lmt_amt', 220_000, 10_000), make: (from) => from.whole(5, 60) * 10_000 },
        category('cls_cd', [
          ['A', 3],
          ['B', 4],
          ['C', 3],
          ['D', 1],
          ['E', 1],
        ]),
        flag('blk_flg', 0.02),
        category(
          'grp_cd',
          [
            ['PRV', 8],
            ['SME', 3],
            ['EMP', 1],
            ['GOV', 1],
          ],
          false,
        ),
        day('since_dt', -5_500, -30, false),
        flag('vip_flg', 0.04, false),
      ],
      change: (row, from) =>
        from.chance(0.7) ? { ...row, lmt_amt: from.whole(5, 60) * 10_000 } : { ...row, cls_cd: from.pick(['A', 'B', 'C', 'D', 'E']) },
      value: (row) => ({ limit: row['lmt_amt'] ?? 0, class: row['cls_cd'] ?? null, blocked: row['blk_flg'] ?? null }),
    },
    {
      projection: 'product',
      table: 'prod_prm',
      keyColumn: 'prod_cd',
      keys: products,
      keyOf: (input) => String(input['prod_cd']),
      columns: [
        { ...money('max_amt', 1, 1), make: (from) => from.whole(30, 80) * 10_000 },
        { ...money('min_amt', 1, 1), make: (from) => from.whole(1, 4) * 10_000 },
        integer('rate_bp', 290, 890),
        category(
          'fam_cd',
          [
            ['R', 2],
            ['S', 1],
          ],
          false,
        ),
      ],
      change: (row, from) => ({ ...row, rate_bp: from.whole(290, 890) }),
      value: (row) => ({ most: row['max_amt'] ?? 0, least: row['min_amt'] ?? 0, rateBp: row['rate_bp'] ?? 0 }),
    },
  ],
  policy,
  readsClock: false,
  answerFields: ['outcome', 'amount', 'rateBp'],
  refusal,
  granted: ({ input, references }) => ({
    outcome: 'approved',
    amount: input['amt'] ?? 0,
    rateBp: references['customer'] && references['product'] ? rateOf(references['product'], references['customer'], new Set()) : 0,
  }),
  invariant: (answer, input) => whole(answer['amount']) >= 0 && whole(answer['amount']) <= whole(input['amt']),
  bugs: {
    'product-limit-inclusive': 'off-by-one',
    'class-e-forgotten': 'missing case in enum',
    'open-amount-doubled': 'wrong join key',
    'reduced-rounded-up': 'wrong rounding mode',
    'refusal-without-amount': 'wrong sign',
  },
  roles: {
    need: 'trigger.amt',
    granted: 'amount',
    left: 'read.customer.limit',
    capacity: 'row.cust_mst.lmt_amt',
    price: 'rateBp',
    customer: 'trigger.cust_no',
  },
}
