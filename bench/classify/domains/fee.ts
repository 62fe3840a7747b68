import type { Answer } from '../world/cells.ts'
import { whole } from '../world/cells.ts'
import { category, codes, day, entity, flag, integer, money } from '../world/columns.ts'
import type { Ask, Domain } from '../world/domain.ts'

const merchants = codes('M', 300)
const plans = ['BASIC', 'FLEX', 'PLUS', 'CORP', 'GOLD']
const refusal: Answer = { outcome: 'held', fee: 0, tier: 0 }

const tierOf = (volume: number, bugs: ReadonlySet<string>): number =>
  Math.min(bugs.has('last-tier-forgotten') ? 8 : 9, Math.floor(volume / 100_000))

const policy = ({ input, state, references }: Ask, bugs: ReadonlySet<string>): Answer => {
  const merchant = references['merchant']
  const plan = references['plan']
  if (!merchant || !plan || merchant['open'] !== 'Y') return refusal
  const tier = tierOf(whole(state[0]?.['volume']), bugs)
  const cross = input['iss_cd'] !== 'DOM' && !(bugs.has('islands-forgotten') && input['iss_cd'] === 'ISL') ? 60 : 0
  const bp = whole(plan['bp']) + cross - tier * 4
  const share = (whole(input['amt']) * bp) / 10_000
  const raw = whole(plan['fixed']) + (bugs.has('share-truncated') ? Math.trunc(share) : Math.round(share))
  const capped = bugs.has('cap-before-fixed')
    ? Math.min(raw - whole(plan['fixed']), whole(plan['most'])) + whole(plan['fixed'])
    : Math.min(raw, whole(plan['most']))
  const fee = input['kind_cd'] === 'REF' ? (bugs.has('refund-charged-negative') ? -capped : 0) : capped
  return { outcome: 'charged', fee, tier }
}

/** What does this card payment cost the merchant? The month's volume decides the tier. */
export const fee: Domain = {
  name: 'fee',
  heldOut: true,
  request: {
    table: 'tx_in',
    event: 'payment.presented',
    keyColumn: 'tx_no',
    columns: [
      entity('mrc_no', merchants, 0.9),
      money('amt', 7_500, 1),
      category('iss_cd', [
        ['DOM', 7],
        ['EEA', 3],
        ['USA', 1],
        ['ISL', 1],
      ]),
      category('kind_cd', [
        ['SAL', 12],
        ['REF', 1],
        ['REC', 3],
      ]),
      category(
        'crd_cd',
        [
          ['VIS', 5],
          ['MAS', 4],
          ['AMX', 1],
          ['GIR', 2],
        ],
        false,
      ),
      category(
        'trm_cd',
        [
          ['POS', 5],
          ['WEB', 5],
          ['MOTO', 1],
        ],
        false,
      ),
      integer('inst_cnt', 1, 12, false),
      flag('tok_flg', 0.3, false),
      day('auth_dt', -6, 0, false),
      entity('bin_no', codes('4', 2_000), 0.7, false),
    ],
  },
  resultTable: 'tx_fee',
  state: {
    projection: 'volume',
    table: 'mth_vol',
    keyColumn: 'mrc_no',
    keys: merchants,
    group: null,
    askedBy: 'mrc_no',
    initial: (_key, from) => ({ vol_amt: Math.round(from.exponential(400_000)), trx_cnt: from.whole(0, 400) }),
    after: (rows, input) => {
      const row = rows[0]
      return row === undefined ? null : { ...row, vol_amt: whole(row['vol_amt']) + whole(input['amt']), trx_cnt: whole(row['trx_cnt']) + 1 }
    },
    refill: (row, from) => ({ ...row, vol_amt: Math.round(from.exponential(300_000)), trx_cnt: 0 }),
    value: (row) => ({ volume: row['vol_amt'] ?? 0 }),
  },
  references: [
    {
      projection: 'merchant',
      table: 'mrc_mst',
      keyColumn: 'mrc_no',
      keys: merchants,
      keyOf: (input) => String(input['mrc_no']),
      columns: [
        entity('plan_cd', plans, 0.4),
        flag('open_flg', 0.98),
        category(
          'mcc_cd',
          [
            ['5411', 4],
            ['5812', 3],
            ['7995', 1],
            ['4511', 1],
          ],
          false,
        ),
        day('brd_dt', -4_000, -3, false),
        integer('rsk_no', 1, 99, false),
      ],
      change: (row, from) =>
        from.chance(0.8) ? { ...row, plan_cd: from.pick(plans) } : { ...row, open_flg: row['open_flg'] === 'Y' ? 'N' : 'Y' },
      value: (row) => ({ plan: row['plan_cd'] ?? null, open: row['open_flg'] ?? null }),
    },
    {
      projection: 'plan',
      table: 'pln_mst',
      keyColumn: 'plan_cd',
      keys: plans,
      keyOf: (_input, others) => String(others['merchant']?.['plan'] ?? ''),
      columns: [integer('bp', 60, 290), integer('fix_amt', 0, 35), money('max_amt', 1, 1), flag('leg_flg', 0.4, false)].map((each) =>
        each.name === 'max_amt' ? { ...each, make: (from) => from.whole(3, 12) * 100 } : each,
      ),
      change: (row, from) => ({ ...row, bp: from.whole(60, 290) }),
      value: (row) => ({ bp: row['bp'] ?? 0, fixed: row['fix_amt'] ?? 0, most: row['max_amt'] ?? 0 }),
    },
  ],
  policy,
  readsClock: false,
  answerFields: ['outcome', 'fee', 'tier'],
  refusal,
  granted: (ask) => policy(ask, new Set()),
  invariant: (answer) => whole(answer['fee']) >= 0 && whole(answer['tier']) >= 0 && whole(answer['tier']) <= 9,
  bugs: {
    'last-tier-forgotten': 'truncated list',
    'islands-forgotten': 'missing case in enum',
    'share-truncated': 'wrong rounding mode',
    'cap-before-fixed': 'wrong precedence',
    'refund-charged-negative': 'wrong sign',
  },
  roles: {
    need: 'trigger.amt',
    granted: 'fee',
    left: 'trigger.amt',
    capacity: 'trigger.amt',
    price: 'fee',
    customer: 'trigger.mrc_no',
  },
}
