import type { Answer, Cells } from '../world/cells.ts'
import { dayMs, whole } from '../world/cells.ts'
import { category, codes, day, entity, flag, integer, money, postcode } from '../world/columns.ts'
import type { Ask, Domain } from '../world/domain.ts'

const areas = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'D1']
const nodes = areas.flatMap((area) => ['10', '20', '30'].slice(0, area === 'D1' ? 2 : 3).map((no) => `${area}-${no}`))
const senders = codes('S', 400)
const refusal: Answer = { outcome: 'deferred', node: null, days: 0, cost: 0 }
const cutOffHour = 15

const chosen = (state: readonly Cells[], need: number, bugs: ReadonlySet<string>): Cells | null => {
  let best: Cells | null = null
  const looked = bugs.has('last-node-dropped') ? state.slice(0, -1) : state
  for (const node of looked) {
    const free = whole(node['free'])
    if (bugs.has('full-node-refused') ? free <= need : free < need) continue
    if (best === null || free > whole(best['free']) || (bugs.has('tie-to-the-last') && free === best['free'])) best = node
  }
  return best
}

const policy = ({ input, state, references, clockMs }: Ask, bugs: ReadonlySet<string>): Answer => {
  const { tariff, sender } = references
  if (!tariff || sender?.['active'] === 'N') return refusal
  const need = whole(input['vol_dm3'])
  const node = chosen(state, need, bugs)
  if (node === null) return refusal
  const hour = Math.floor((clockMs % dayMs) / 3_600_000) + (bugs.has('hour-of-another-zone') ? 1 : 0)
  const days = whole(tariff['days']) + (hour >= cutOffHour ? 1 : 0) - (input['svc_cd'] === 'EXP' ? 1 : 0)
  const heavy = Math.max(0, whole(input['wgt_g']) - 5_000)
  const perKilo = (heavy * whole(tariff['perKilo'])) / 1_000
  const cost =
    whole(tariff['base']) +
    (bugs.has('kilos-cut-off') && heavy > 9_000 ? Math.floor(heavy / 1_000) * whole(tariff['perKilo']) : Math.ceil(perKilo))
  return { outcome: 'assigned', node: node['node'] ?? null, days: Math.max(0, days), cost }
}

/** Which node ships this parcel, when, at what cost? Every assignment fills the node. */
export const shipping: Domain = {
  name: 'shipping',
  heldOut: false,
  request: {
    table: 'sh_ord',
    event: 'shipment.requested',
    keyColumn: 'shp_no',
    columns: [
      entity('snd_no', senders, 0.8),
      entity('area_cd', areas, 0.5),
      { ...integer('vol_dm3', 1, 400), make: (from) => Math.max(1, Math.round(from.exponential(35))) },
      { ...integer('wgt_g', 50, 30_000), make: (from) => Math.max(50, Math.round(from.exponential(5_000))) },
      category('svc_cd', [
        ['STD', 6],
        ['EXP', 2],
        ['ECO', 3],
      ]),
      postcode('zip_cd', false),
      category(
        'prt_cd',
        [
          ['AMZ', 4],
          ['OTT', 2],
          ['ZAL', 2],
          ['DIY', 1],
        ],
        false,
      ),
      flag('haz_flg', 0.06, false),
      integer('pcs', 1, 9, false),
      day('rdy_dt', 0, 5, false),
      money('val_amt', 9_000, 100, false),
    ],
  },
  resultTable: 'sh_res',
  state: {
    projection: 'nodes',
    table: 'nd_cap',
    keyColumn: 'node_cd',
    keys: nodes,
    group: (row) => String(row['node_cd']).slice(0, 2),
    choice: { field: 'node', room: 'free' },
    askedBy: 'area_cd',
    initial: (_key, from) => ({ cap_dm3: 4_000, used_dm3: from.whole(1_500, 3_900) }),
    after: (rows, input, answer) => {
      const row = rows.find((each) => each['node_cd'] === answer['node'])
      return row === undefined ? null : { ...row, used_dm3: whole(row['used_dm3']) + whole(input['vol_dm3']) }
    },
    refill: (row, from) => ({ ...row, used_dm3: from.whole(600, 3_600) }),
    value: (row) => ({ node: row['node_cd'] ?? null, free: whole(row['cap_dm3']) - whole(row['used_dm3']) }),
  },
  references: [
    {
      projection: 'tariff',
      table: 'trf_mst',
      keyColumn: 'trf_cd',
      keys: areas.flatMap((area) => ['STD', 'EXP', 'ECO'].map((service) => `${area}${service}`)),
      keyOf: (input) => `${input['area_cd']}${input['svc_cd']}`,
      columns: [
        integer('base_amt', 350, 1_250),
        integer('kg_amt', 20, 140),
        integer('dys', 1, 5),
        category(
          'car_cd',
          [
            ['DHX', 3],
            ['UPZ', 2],
            ['GLX', 1],
          ],
          false,
        ),
      ],
      change: (row, from) => (from.chance(0.6) ? { ...row, base_amt: from.whole(350, 1_250) } : { ...row, dys: from.whole(1, 5) }),
      value: (row) => ({ base: row['base_amt'] ?? 0, perKilo: row['kg_amt'] ?? 0, days: row['dys'] ?? 1 }),
    },
    {
      projection: 'sender',
      table: 'snd_mst',
      keyColumn: 'snd_no',
      keys: senders,
      keyOf: (input) => String(input['snd_no']),
      columns: [
        flag('act_flg', 0.97),
        category(
          'lvl_cd',
          [
            ['1', 5],
            ['2', 3],
            ['3', 1],
          ],
          false,
        ),
        flag('tst_flg', 0.02, false),
        day('ctr_dt', -4_000, -5, false),
      ],
      change: (row) => ({ ...row, act_flg: row['act_flg'] === 'Y' ? 'N' : 'Y' }),
      value: (row) => ({ active: row['act_flg'] ?? null }),
    },
  ],
  policy,
  readsClock: true,
  answerFields: ['outcome', 'node', 'days', 'cost'],
  refusal,
  granted: (ask) => policy(ask, new Set()),
  invariant: (answer) => (answer['outcome'] === 'deferred') === (answer['node'] === null) && whole(answer['cost']) >= 0,
  bugs: {
    'last-node-dropped': 'pagination drops last row',
    'full-node-refused': 'off-by-one',
    'tie-to-the-last': 'wrong tie-break',
    'hour-of-another-zone': 'timezone parse',
    'kilos-cut-off': 'integer division',
  },
  roles: {
    need: 'trigger.vol_dm3',
    granted: 'days',
    left: 'trigger.wgt_g',
    capacity: 'trigger.val_amt',
    price: 'cost',
    customer: 'trigger.snd_no',
  },
}
