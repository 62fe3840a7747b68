import type { Answer } from '../world/cells.ts'
import { whole } from '../world/cells.ts'
import { category, codes, day, entity, flag, integer, money, postcode } from '../world/columns.ts'
import type { Ask, Domain } from '../world/domain.ts'

const holders = codes('H', 1_200)
const tariffs = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8']
const regions = ['R01', 'R02', 'R03', 'R04', 'R05', 'R06', 'R07', 'R08', 'R09', 'R10']
const refusal: Answer = { outcome: 'declined', premium: 0, deductible: 0 }

const ageFactor = (age: number, bugs: ReadonlySet<string>): number => {
  if (bugs.has('young-until-24') ? age < 24 : age < 25) return 160
  return age >= 70 ? 130 : 100
}

const policy = ({ input, state, references }: Ask, bugs: ReadonlySet<string>): Answer => {
  const { tariff, region } = references
  if (!tariff || !region) return refusal
  const claims = whole(state[0]?.['claims'])
  if (claims > 4) return refusal
  const factor = bugs.has('region-swapped-for-lorries') && input['use_cd'] === 'LOR' ? 100 : whole(region['factor'])
  const base = whole(tariff['base']) + Math.round((whole(input['sum_amt']) * whole(tariff['perMille'])) / 1_000)
  const aged = (base * ageFactor(whole(input['age_yr']), bugs)) / 100
  const placed = (aged * factor) / 100
  const loaded = placed * (1 + claims * 0.15)
  const premium = bugs.has('rounded-at-each-step') ? Math.floor((Math.floor(aged) * factor) / 100) * (1 + claims * 0.15) : loaded
  const deductible = claims >= (bugs.has('deductible-from-three') && input['use_cd'] === 'BUS' ? 3 : 2) ? 50_000 : 15_000
  return {
    outcome: 'offered',
    premium: Math.round(premium),
    deductible: bugs.has('deductible-in-units') && input['pay_cd'] === 'M' ? deductible / 100 : deductible,
  }
}

/** What premium for this risk? Every reported claim makes the next offer dearer. */
export const insurance: Domain = {
  name: 'insurance',
  heldOut: true,
  request: {
    table: 'pol_req',
    event: 'premium.requested',
    keyColumn: 'req_no',
    columns: [
      entity('hld_no', holders, 0.9),
      entity('trf_cd', tariffs, 0.6),
      entity('rgn_cd', regions, 0.4),
      integer('age_yr', 18, 88),
      category('use_cd', [
        ['PRV', 7],
        ['BUS', 2],
        ['LOR', 1],
      ]),
      category('pay_cd', [
        ['Y', 5],
        ['M', 3],
        ['Q', 2],
      ]),
      money('sum_amt', 1_500_000, 10_000),
      postcode('zip_cd', false),
      day('beg_dt', 0, 90, false),
      integer('km_yr', 2_000, 60_000, false),
      category(
        'brk_cd',
        [
          ['DIR', 5],
          ['B01', 2],
          ['B02', 2],
          ['B77', 1],
        ],
        false,
      ),
      flag('grg_flg', 0.4, false),
      day('birth_dt', -30_000, -6_600, false),
    ],
  },
  resultTable: 'pol_res',
  state: {
    projection: 'history',
    table: 'clm_hst',
    keyColumn: 'hld_no',
    keys: holders,
    group: null,
    askedBy: 'hld_no',
    initial: (_key, from) => ({ clm_cnt: Math.min(6, Math.floor(from.exponential(0.8))) }),
    // An earlier claim is often told when the next offer is asked for.
    after: (rows, input) => {
      const row = rows[0]
      return row === undefined || whole(input['sum_amt']) % 20_000 !== 0 ? null : { ...row, clm_cnt: (whole(row['clm_cnt']) + 1) % 6 }
    },
    refill: (row, from) => ({ ...row, clm_cnt: from.whole(0, 5) }),
    value: (row) => ({ claims: row['clm_cnt'] ?? 0 }),
  },
  references: [
    {
      projection: 'tariff',
      table: 'trf_mst',
      keyColumn: 'trf_cd',
      keys: tariffs,
      keyOf: (input) => String(input['trf_cd']),
      columns: [
        money('base_amt', 30_000, 100),
        integer('pro_mille', 3, 22),
        category(
          'gen_cd',
          [
            ['OLD', 2],
            ['NEW', 3],
          ],
          false,
        ),
        day('open_dt', -6_500, -100, false),
      ],
      change: (row, from) => ({ ...row, base_amt: from.whole(80, 600) * 100 }),
      value: (row) => ({ base: row['base_amt'] ?? 0, perMille: row['pro_mille'] ?? 0 }),
    },
    {
      projection: 'region',
      table: 'rgn_mst',
      keyColumn: 'rgn_cd',
      keys: regions,
      keyOf: (input) => String(input['rgn_cd']),
      columns: [
        integer('fct_pct', 80, 140),
        flag('coast_flg', 0.3, false),
        category(
          'off_cd',
          [
            ['HAM', 1],
            ['MUC', 1],
            ['KOL', 1],
          ],
          false,
        ),
      ],
      change: (row, from) => ({ ...row, fct_pct: from.whole(80, 140) }),
      value: (row) => ({ factor: row['fct_pct'] ?? 100 }),
    },
  ],
  policy,
  readsClock: false,
  answerFields: ['outcome', 'premium', 'deductible'],
  refusal,
  granted: (ask) => policy({ ...ask, state: [] }, new Set()),
  invariant: (answer) => whole(answer['premium']) >= 0 && [0, 15_000, 50_000].includes(whole(answer['deductible'])),
  bugs: {
    'young-until-24': 'off-by-one',
    'region-swapped-for-lorries': 'wrong join key',
    'rounded-at-each-step': 'precision loss',
    'deductible-from-three': 'off-by-one',
    'deductible-in-units': 'wrong unit',
  },
  roles: {
    need: 'trigger.sum_amt',
    granted: 'premium',
    left: 'trigger.km_yr',
    capacity: 'trigger.sum_amt',
    price: 'premium',
    customer: 'trigger.hld_no',
  },
}
