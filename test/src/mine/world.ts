import type { MiningCase } from '../../../src/mine/case.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'
import { seeded } from './seeded.ts'

/** A stock-promise world and a loan world; the rules below are planted in them. Nothing of this is known to the miner. */
export interface Answer {
  readonly outcome: string
  readonly qty: number
  readonly node: string | null
  readonly allocations: readonly { readonly node: string; readonly qty: number }[]
}

export interface Line {
  readonly at: number
  readonly n: number
  readonly order: string
  readonly channel: string
  readonly customer: string
  readonly tier: string
  readonly region: string
  readonly sku: string
  readonly itemClass: string
  readonly qty: number
  readonly price: number
  readonly available: number
  readonly wantedOn: string | null
  readonly payment: string
  readonly employee: string
  readonly since: string
}

export interface Planted {
  readonly name: string
  readonly when: (line: Line) => boolean
  readonly instead: (answer: Answer, line: Line) => Answer
}

export interface WorldOptions {
  readonly seed: number
  readonly lines: number
  readonly rules: readonly Planted[]
  /** Share of random mismatches. */
  readonly noise?: number
}

export interface World {
  readonly cases: readonly MiningCase[]
  readonly lines: readonly Line[]
  readonly candidate: readonly Answer[]
  readonly legacy: readonly Answer[]
  /** Rule that decided, by row; null: documented policy. */
  readonly fired: readonly (string | null)[]
}

export const reject: Answer = { outcome: 'X', qty: 0, node: null, allocations: [] }
export const capped = (answer: Answer, most: number): Answer =>
  answer.qty <= most ? answer : { ...answer, qty: most, allocations: answer.allocations.slice(0, 1).map((one) => ({ ...one, qty: most })) }

const day = 86_400_000
const start = Date.UTC(2026, 2, 20)
const nodes = ['N1', 'N2', 'N3', 'N4']

const policy = (line: Line, preferred: string, discontinued: boolean): Answer => {
  if (discontinued) return reject
  if (line.available < line.qty) return { outcome: 'B', qty: line.qty, node: null, allocations: [] }
  if (line.available < line.qty * 1.5 && line.qty > 3) {
    const half = Math.floor(line.qty / 2)
    return {
      outcome: 'S',
      qty: line.qty,
      node: null,
      allocations: [
        { node: preferred, qty: half },
        { node: 'N4', qty: line.qty - half },
      ],
    }
  }
  return { outcome: 'R', qty: line.qty, node: preferred, allocations: [{ node: preferred, qty: line.qty }] }
}

export const world = ({ seed, lines: count, rules, noise = 0 }: WorldOptions): World => {
  const random = seeded(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const skewed = (n: number): number => Math.floor(n * random() ** 2)
  const customers = Array.from({ length: 800 }, (_, i) => ({
    id: `C${String(i * 7 + 1000)}`.padEnd(8),
    tier: pick(['BR', 'SI', 'GO', 'PL']),
    region: pick(['NO', 'SO', 'EA', 'WE', 'CE']),
    employee: random() < 0.06 ? 'Y' : 'N',
    since: new Date(Date.UTC(2010, 0, 1) + Math.floor(random() * 5500) * day).toISOString().slice(0, 10),
  }))
  const items = Array.from({ length: 300 }, (_, i) => ({
    sku: `${pick(['AB', 'CD', 'EF', 'GH'])}${String(i).padStart(5, '0')}`.padEnd(12),
    itemClass: pick(['01', '02', '03', '04', '05', '06']),
    price: Math.round(100 + random() ** 3 * 30_000) / 100,
    discontinued: random() < 0.02,
  }))
  const rows: Line[] = []
  const answers: [Answer, Answer, string | null][] = []
  let customer = customers[0]
  for (let n = 0; n < count; n++) {
    if (n % 2 === 0 || random() < 0.3 || customer === undefined) customer = customers[skewed(800)]
    const item = items[skewed(300)]
    if (customer === undefined || item === undefined) continue
    const at = start + Math.floor((n / count) * 14 * day + random() * 60_000)
    const line: Line = {
      at,
      n,
      order: `O${String(Math.floor(n / 2)).padStart(9, '0')}`,
      channel: pick(['WEB', 'WEB', 'STO', 'PHN', 'MKT']),
      customer: customer.id,
      tier: customer.tier,
      region: customer.region,
      sku: item.sku,
      itemClass: item.itemClass,
      qty: 1 + Math.floor(60 * random() ** 3),
      price: item.price,
      available: Math.floor(150 * random() ** 1.5),
      wantedOn: random() < 0.3 ? null : new Date(at + Math.floor(random() * 20) * day).toISOString().slice(0, 10),
      payment: pick(['CARD', 'CARD', 'INV', 'PPAL']),
      employee: customer.employee,
      since: customer.since,
    }
    const preferred = pick(nodes)
    const mine = policy(line, preferred, item.discontinued)
    const rule = rules.find((one) => one.when(line) && JSON.stringify(one.instead(mine, line)) !== JSON.stringify(mine))
    let theirs = rule === undefined ? mine : rule.instead(mine, line)
    if (random() < noise)
      theirs = pick([reject, capped(mine, 1 + Math.floor(random() * 10)), { ...mine, node: pick(nodes) }, { ...mine, outcome: 'B' }])
    rows.push(line)
    answers.push([mine, theirs, rule?.name ?? null])
  }
  return {
    lines: rows,
    candidate: answers.map(([mine]) => mine),
    legacy: answers.map(([, theirs]) => theirs),
    fired: answers.map(([, , name]) => name),
    cases: rows.map((line, i) => caseOf(line, answers[i]?.[0] ?? reject, answers[i]?.[1] ?? reject)),
  }
}

const data = (answer: Answer): Data => ({ ...answer, allocations: answer.allocations.map((one) => ({ ...one })) })

const caseOf = (line: Line, mine: Answer, theirs: Answer): MiningCase => ({
  id: `d${line.n}` as DecisionId,
  at: epochMs(line.at),
  entity: line.order,
  candidate: { kind: 'decided', answer: data(mine), effects: [] },
  legacy: { kind: 'decided', answer: data(theirs), effects: [] },
  exposure: Math.round(line.qty * line.price * 100),
  facts: {
    'trigger.order': line.order,
    'trigger.channel': line.channel,
    'trigger.sku': line.sku.trim(),
    'trigger.qty': line.qty,
    'trigger.wantedOn': line.wantedOn,
    'row.ord_hdr.cust_no': line.customer,
    'row.ord_hdr.pay_mthd': line.payment.padEnd(6),
    'row.ord_ln.unit_prc': line.price.toFixed(2),
    'row.cust_mst.tier_cd': line.tier,
    'row.cust_mst.rgn_cd': line.region,
    'row.cust_mst.emp_flg': line.employee,
    'row.cust_mst.since_dt': line.since,
    'row.itm_mst.itm_cls': line.itemClass,
    'read.stock.available': line.available,
  },
})

/** Rules of many kinds, each with its name. */
export const kinds: readonly Planted[] = [
  { name: 'cap by channel and quantity', when: (l) => l.channel === 'PHN' && l.qty >= 30, instead: (a) => capped(a, 25) },
  { name: 'customer list', when: (l) => ['C1007', 'C1014', 'C1070', 'C1140', 'C1210'].includes(l.customer.trim()), instead: () => reject },
  { name: 'hours of a channel', when: (l) => l.channel === 'MKT' && (hour(l) >= 23 || hour(l) < 2), instead: () => reject },
  {
    name: 'date window of a class',
    when: (l) => l.itemClass === '03' && l.at >= start + 5 * day && l.at < start + 8 * day,
    instead: (a, l) => backordered(a, l),
  },
  {
    name: 'rounding to packs',
    when: (l) => l.channel === 'STO' && l.tier === 'PL',
    instead: (a) => (a.qty < 6 ? a : { ...a, qty: Math.floor(a.qty / 6) * 6 }),
  },
  { name: 'least amount', when: (l) => l.channel === 'WEB' && l.qty * l.price < 5, instead: () => reject },
  { name: 'safety stock', when: (l) => l.itemClass === '05' && l.available - l.qty < 4 && l.available >= l.qty, instead: () => reject },
  {
    name: 'no wanted date',
    when: (l) => l.wantedOn === null && l.itemClass === '02' && l.tier === 'GO',
    instead: (a, l) => backordered(a, l),
  },
  { name: 'prefix', when: (l) => l.sku.startsWith('EF') && l.region === 'CE' && l.payment === 'INV', instead: () => reject },
  { name: 'old customers', when: (l) => l.since < '2011-03-01' && l.qty > 10, instead: (a) => capped(a, 10) },
  {
    name: 'node swap',
    when: (l) => l.channel === 'PHN' && l.payment === 'PPAL',
    instead: (a) => (a.node === 'N2' ? { ...a, node: 'N4' } : a),
  },
  { name: 'employees', when: (l) => l.employee === 'Y' && l.qty > 5, instead: (a) => capped(a, 5) },
  {
    name: 'halved',
    when: (l) => l.payment === 'INV' && l.qty >= 20 && l.region === 'WE',
    instead: (a) => ({ ...a, qty: Math.floor(a.qty / 2) }),
  },
  {
    name: 'weekday and region',
    when: (l) => new Date(l.at).getUTCDay() === 0 && l.region === 'SO' && l.channel !== 'WEB',
    instead: () => reject,
  },
  {
    name: 'month end',
    when: (l) => new Date(l.at).getUTCDate() >= 30 && l.payment === 'INV' && l.tier === 'SI',
    instead: (a, l) => backordered(a, l),
  },
  {
    name: 'quantity less two',
    when: (l) => l.tier === 'BR' && l.channel === 'STO' && l.qty >= 12,
    instead: (a) => ({ ...a, qty: a.qty - 2 }),
  },
]

const hour = (line: Line): number => new Date(line.at).getUTCHours()
const backordered = (answer: Answer, line: Line): Answer =>
  answer.outcome === 'X' ? answer : { outcome: 'B', qty: line.qty, node: null, allocations: [] }

/** Rules that no predicate of the miner can say. */
export const unsayable: readonly Planted[] = [
  { name: 'number of the order', when: (l) => Math.floor(l.n / 2) % 90 === 7, instead: () => reject },
  {
    name: 'exclusive or',
    when: (l) => l.qty <= 6 && (l.price * 100) % 2 < 1 !== (l.available % 2 === 0) && l.n % 23 === 0,
    instead: () => reject,
  },
]
