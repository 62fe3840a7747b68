import type { Answer } from '../world/cells.ts'
import { whole } from '../world/cells.ts'
import { category, codes, day, entity, flag, integer, money } from '../world/columns.ts'
import type { Ask, Domain } from '../world/domain.ts'

const customers = codes('K', 600)
const items = codes('I', 400)
const refusal: Answer = { outcome: 'refused', qty: 0, total: 0, promo: 0 }

const discountBp = (input: Ask['input'], contract: Ask['state'][number] | null | undefined, bugs: ReadonlySet<string>): number => {
  const base = contract ? whole(contract['discountBp']) : 0
  const bulk = (bugs.has('bulk-from-more-than-50') ? whole(input['qty']) > 50 : whole(input['qty']) >= 50) ? 250 : 0
  const sum = base + bulk
  return bugs.has('discount-cap-forgotten') ? sum : Math.min(sum, 2_200)
}

const policy = ({ input, state, references }: Ask, bugs: ReadonlySet<string>): Answer => {
  const { item, contract } = references
  if (item?.['sellable'] !== 'Y') return refusal
  const qty = whole(input['qty'])
  const pack = bugs.has('pack-ignored-by-phone') && input['chnl_cd'] === 'PHN' ? 1 : whole(item['pack'])
  const packed = Math.floor(qty / pack) * pack
  if (packed === 0) return refusal
  const gross = packed * whole(item['price'])
  const off = (gross * discountBp(input, contract, bugs)) / 10_000
  const net = gross - (bugs.has('discount-truncated') ? Math.trunc(off) : Math.round(off))
  const budget = whole(state[0]?.['left'])
  const wanted = Math.round(net * 0.05)
  const promo = item['promoted'] === 'Y' && budget >= wanted ? wanted : 0
  if (bugs.has('contract-without-check') && contract === null && input['chnl_cd'] === 'FAX') throw new TypeError('contract is null')
  return { outcome: 'quoted', qty: packed, total: net - promo, promo }
}

/** What does this quantity cost this customer today? A promotion's budget is used up by every quote. */
export const quote: Domain = {
  name: 'quote',
  heldOut: false,
  request: {
    table: 'qt_req',
    event: 'quote.requested',
    keyColumn: 'qt_no',
    columns: [
      entity('cust_no', customers, 0.8),
      entity('item_no', items, 0.6),
      { ...integer('qty', 1, 120), make: (from) => Math.max(1, Math.round(from.exponential(24))) },
      category('chnl_cd', [
        ['EDI', 5],
        ['WEB', 4],
        ['PHN', 2],
        ['FAX', 1],
      ]),
      category(
        'reg_cd',
        [
          ['N', 3],
          ['S', 3],
          ['W', 2],
          ['O', 1],
          ['X', 1],
        ],
        false,
      ),
      category(
        'cur_cd',
        [
          ['EUR', 9],
          ['USD', 2],
          ['JPY', 1],
          ['CHF', 1],
        ],
        false,
      ),
      day('dlv_dt', 1, 40, false),
      flag('expr_flg', 0.12, false),
      integer('ln_cnt', 1, 14, false),
      money('frt_amt', 2_500, 50, false),
    ],
  },
  resultTable: 'qt_res',
  state: {
    projection: 'budget',
    table: 'prm_bud',
    keyColumn: 'item_no',
    keys: items,
    group: null,
    askedBy: 'item_no',
    initial: (_key, from) => ({ left_amt: from.whole(0, 60) * 1_000, full_amt: 60_000 }),
    after: (rows, _input, answer) => {
      const row = rows[0]
      return row === undefined || whole(answer['promo']) === 0
        ? null
        : { ...row, left_amt: whole(row['left_amt']) - whole(answer['promo']) }
    },
    refill: (row, from) => ({ ...row, left_amt: from.whole(10, 60) * 1_000 }),
    value: (row) => ({ left: row['left_amt'] ?? 0 }),
  },
  references: [
    {
      projection: 'item',
      table: 'itm_mst',
      keyColumn: 'item_no',
      keys: items,
      keyOf: (input) => String(input['item_no']),
      columns: [
        money('prc_amt', 2_400, 5),
        { ...integer('pack_qty', 1, 12), make: (from) => from.pick([1, 1, 1, 2, 4, 6, 12]) },
        flag('sell_flg', 0.97),
        flag('prm_flg', 0.3),
        category(
          'cat_cd',
          [
            ['FOOD', 4],
            ['TOOL', 3],
            ['CHEM', 1],
            ['BOOK', 2],
          ],
          false,
        ),
        category(
          'uom_cd',
          [
            ['EA', 6],
            ['CS', 2],
            ['KG', 1],
          ],
          false,
        ),
        day('intro_dt', -6_000, -10, false),
        flag('del_flg', 0.03, false),
      ],
      change: (row, from) =>
        from.chance(0.8)
          ? { ...row, prc_amt: Math.max(5, Math.round((whole(row['prc_amt']) * (0.85 + from.next() * 0.3)) / 5) * 5) }
          : { ...row, prm_flg: row['prm_flg'] === 'Y' ? 'N' : 'Y' },
      value: (row) => ({
        price: row['prc_amt'] ?? 0,
        pack: row['pack_qty'] ?? 1,
        sellable: row['sell_flg'] ?? null,
        promoted: row['prm_flg'] ?? null,
      }),
    },
    {
      projection: 'contract',
      table: 'ctr_mst',
      keyColumn: 'cust_no',
      keys: customers.filter((_, at) => at % 5 !== 0),
      keyOf: (input) => String(input['cust_no']),
      columns: [
        { ...integer('disc_bp', 0, 2_400), make: (from) => from.whole(0, 24) * 100 },
        money('fix_amt', 50_000, 1_000, false),
        category(
          'typ_cd',
          [
            ['STD', 6],
            ['KEY', 1],
            ['GRP', 2],
          ],
          false,
        ),
        day('valid_to', -20, 300, false),
      ],
      change: (row, from) => ({ ...row, disc_bp: from.whole(0, 24) * 100 }),
      value: (row) => ({ discountBp: row['disc_bp'] ?? 0 }),
    },
  ],
  policy,
  readsClock: false,
  answerFields: ['outcome', 'qty', 'total', 'promo'],
  refusal,
  granted: (ask) => policy(ask, new Set()),
  invariant: (answer, input) => whole(answer['qty']) >= 0 && whole(answer['qty']) <= whole(input['qty']) && whole(answer['total']) >= 0,
  bugs: {
    'bulk-from-more-than-50': 'off-by-one',
    'discount-cap-forgotten': 'missing case in enum',
    'pack-ignored-by-phone': 'wrong unit',
    'discount-truncated': 'wrong rounding mode',
    'contract-without-check': 'null dereference',
  },
  roles: {
    need: 'trigger.qty',
    granted: 'qty',
    left: 'read.budget.left',
    capacity: 'row.prm_bud.full_amt',
    price: 'total',
    customer: 'trigger.cust_no',
  },
}
