import type { MiningCase } from '../../../src/mine/case.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import { seeded } from './seeded.ts'

/** One decision about the price and the delivery of an order: what was known, and what the candidate answered. */
export interface Deal {
  readonly at: number
  readonly n: number
  readonly customer: string
  readonly country: string
  readonly billCountry: string
  readonly partner: string
  readonly unit: string
  readonly ref: string
  readonly code: string
  readonly method: string
  readonly qty: number
  readonly pack: number
  readonly listPrice: number
  readonly contractPrice: number | null
  readonly weight: number
  readonly level: number
  readonly holdQty: number
  readonly discount: number
  readonly createdAt: number
  readonly exact: number
}

export interface Quote {
  readonly status: string
  readonly granted: number
  readonly amount: number
  readonly node: string
  readonly dueOn: string
  readonly note: string
}

/** A rule of the legacy. `group` names what the miner needs to see it. */
export interface Kind {
  readonly name: string
  readonly when: (deal: Deal, quote: Quote, before: Before) => boolean
  readonly instead: (quote: Quote, deal: Deal) => Quote
}

/** What came before, counted by the world itself. */
export interface Before {
  readonly ordersToday: number
  readonly qtyToday: number
  readonly ordersInHour: number
  readonly minutesSince: number
}

export interface Market {
  readonly cases: readonly MiningCase[]
  /** The rule that decided, by case. */
  readonly fired: readonly (string | null)[]
}

const day = 86_400_000
const start = Date.UTC(2026, 1, 16)
const cents = (value: number): number => Math.round(value * 100 + 1e-7) / 100

export const market = ({
  seed,
  deals: count,
  rules,
  noise = 0.002,
}: {
  seed: number
  deals: number
  rules: readonly Kind[]
  noise?: number
}): Market => {
  const random = seeded(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const customers = Array.from({ length: 400 }, (_, i) => `${pick(['K', 'L', 'ZZ'])}${String(i * 3 + 100)}`)
  const partners = Array.from({ length: 30 }, (_, i) => `P${String(i).padStart(2, '0')}`)
  const cases: MiningCase[] = []
  const fired: (string | null)[] = []
  const history = new Map<string, { day: number; orders: number; qty: number; times: number[] }>()
  for (let n = 0; n < count; n++) {
    const at = start + Math.floor((n / count) * 42 * day + random() * 20_000)
    const listPrice = cents(1 + random() ** 2 * 200)
    const qty = 1 + Math.floor(40 * random() ** 2)
    const discount = pick([0, 0, 5, 10, 15, 25, 35, 45])
    const exact = Math.round(listPrice * qty * (100 - discount) * 100) / 10_000
    const deal: Deal = {
      at,
      n,
      customer: customers[Math.floor(400 * random() ** 1.6)] ?? '',
      country: pick(['DE', 'DE', 'FR', 'IT', 'JP', 'US']),
      billCountry: pick(['DE', 'DE', 'FR', 'IT', 'JP', 'US']),
      partner: pick(partners),
      unit: pick(['EA', 'EA', 'CS', 'PAL']),
      ref: pick([String(Math.floor(random() * 900) + 100), `0${Math.floor(random() * 90) + 10}`, `x${Math.floor(random() * 900)}`]),
      code: pick(['ab', 'AB', 'Cd', 'CD ', 'EF', 'gh', 'É1', 'IJ', 'KL', 'MN']),
      method: pick(['AIR', 'ROAD', 'SEA']),
      qty,
      pack: pick([4, 6, 10, 12]),
      listPrice,
      contractPrice: random() < 0.6 ? null : cents(listPrice * (0.7 + 0.2 * random())),
      weight: Math.round(random() ** 2 * 5000) / 10,
      level: Math.floor(100 * random()),
      holdQty: Math.floor(10 * random()),
      discount,
      createdAt: at - Math.floor(random() ** 2 * 300) * 60_000 - Math.floor(random() * 60_000),
      exact,
    }
    const quote: Quote = {
      status: deal.level >= qty ? 'OK' : 'WAIT',
      granted: Math.min(qty, deal.level),
      amount: cents(exact),
      node: pick(['N1', 'N2', 'N3', 'N4', 'N5']),
      dueOn: new Date(at + 3 * day).toISOString().slice(0, 10),
      note: `${deal.method.toLowerCase()} ${deal.unit}`,
    }
    const today = Math.floor(at / day)
    const past = history.get(deal.customer)
    const before: Before = {
      ordersToday: past?.day === today ? past.orders : 0,
      qtyToday: past?.day === today ? past.qty : 0,
      ordersInHour: past?.times.filter((time) => time >= at - 3_600_000).length ?? 0,
      minutesSince: past === undefined ? Number.NaN : Math.floor((at - (past.times[past.times.length - 1] ?? 0)) / 60_000),
    }
    history.set(deal.customer, {
      day: today,
      orders: before.ordersToday + 1,
      qty: before.qtyToday + qty,
      times: [...(past?.times ?? []).slice(-20), at],
    })
    const rule = rules.find((one) => one.when(deal, quote, before) && JSON.stringify(one.instead(quote, deal)) !== JSON.stringify(quote))
    let theirs = rule === undefined ? quote : rule.instead(quote, deal)
    if (random() < noise)
      theirs = pick([
        { ...quote, status: 'NO', granted: 0 },
        { ...quote, amount: cents(random() * 500) },
        { ...quote, node: pick(['N1', 'N2', 'N3']) },
      ])
    cases.push(caseOf(deal, quote, theirs))
    fired.push(rule?.name ?? null)
  }
  return { cases, fired }
}

const caseOf = (deal: Deal, mine: Quote, theirs: Quote): MiningCase => ({
  id: `m${deal.n}` as DecisionId,
  at: epochMs(deal.at),
  candidate: { kind: 'decided', answer: { ...mine }, effects: [] },
  legacy: { kind: 'decided', answer: { ...theirs }, effects: [] },
  exposure: Math.round(deal.exact * 100),
  facts: {
    'trigger.no': 500_000 + deal.n,
    'trigger.customer': deal.customer,
    'trigger.country': deal.country,
    'trigger.billCountry': deal.billCountry,
    'trigger.unit': deal.unit,
    'trigger.ref': deal.ref,
    'trigger.code': deal.code,
    'trigger.method': deal.method,
    'trigger.qty': deal.qty,
    'trigger.discount': deal.discount,
    'trigger.createdAt': new Date(deal.createdAt).toISOString(),
    'row.partner.id': deal.partner,
    'row.item.pack': deal.pack,
    'row.item.weight': deal.weight.toFixed(1),
    'row.item.list_prc': deal.listPrice.toFixed(2),
    'row.item.contract_prc': deal.contractPrice === null ? null : deal.contractPrice.toFixed(2),
    'read.stock.level': deal.level,
    'read.stock.hold': deal.holdQty,
    'read.price.exact': deal.exact,
  },
})

const refuse = (quote: Quote): Quote => ({ ...quote, status: 'NO', granted: 0 })
const date = (at: number): Date => new Date(at)
const local = (at: number, zone: string): Date =>
  new Date(`${new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at).replace(' ', 'T')}Z`)
const halfEven = (value: number): number => {
  const times = Math.round(value * 1e8) / 1e6
  const down = Math.floor(times + 1e-9)
  return (Math.abs(times - down - 0.5) < 1e-6 ? (down % 2 === 0 ? down : down + 1) : Math.round(times)) / 100
}

/** Kinds of hidden rules, each in one form. */
export const manyKinds: readonly Kind[] = [
  { name: 'safety stock', when: (d) => d.level - d.qty < 6 && d.country === 'DE', instead: refuse },
  { name: 'safety stock as a share', when: (d) => d.level / d.qty < 1.5 && d.unit === 'CS', instead: refuse },
  { name: 'most per order', when: (d) => d.method === 'AIR' && d.qty > 20, instead: (q) => ({ ...q, granted: Math.min(q.granted, 20) }) },
  { name: 'orders a day', when: (_, __, b) => b.ordersToday >= 4, instead: refuse },
  { name: 'quantity a day', when: (_, __, b) => b.qtyToday >= 60, instead: refuse },
  { name: 'velocity in an hour', when: (d, _, b) => b.ordersInHour >= 1 && d.method !== 'SEA', instead: (q) => ({ ...q, status: 'HOLD' }) },
  { name: 'duplicate suppression', when: (_, __, b) => b.minutesSince <= 90, instead: (q) => ({ ...q, status: 'DUP' }) },
  { name: 'least amount', when: (d) => d.exact < 40 && d.country === 'FR', instead: refuse },
  { name: 'expired reservation', when: (d) => d.at - d.createdAt >= 180 * 60_000 && d.unit !== 'PAL', instead: refuse },
  {
    name: 'customers',
    when: (d) => ['K103', 'L103', 'ZZ103', 'K121', 'L121', 'ZZ121', 'K139', 'L139', 'ZZ139'].includes(d.customer),
    instead: refuse,
  },
  { name: 'test accounts', when: (d) => d.customer.startsWith('ZZ') && d.method === 'ROAD', instead: (q) => ({ ...q, status: 'TEST' }) },
  {
    name: 'packs of a partner',
    when: (d) => ['P03', 'P07'].includes(d.partner),
    instead: (q) => ({ ...q, granted: Math.floor(q.granted / 6) * 6 }),
  },
  {
    name: 'packs of the item',
    when: (d) => d.unit === 'PAL',
    instead: (q, d) => ({ ...q, granted: Math.floor(q.granted / d.pack) * d.pack }),
  },
  {
    name: 'cut-off hour',
    when: (d) => d.unit === 'EA' && date(d.at).getUTCHours() >= 18,
    instead: (q) => ({ ...q, dueOn: new Date(Date.parse(q.dueOn) + day).toISOString().slice(0, 10) }),
  },
  { name: 'blackout days', when: (d) => [20517, 20522].includes(Math.floor(d.at / day)), instead: refuse },
  { name: 'weekday', when: (d) => date(d.at).getUTCDay() === 6 && d.country === 'IT', instead: refuse },
  {
    name: 'month end',
    when: (d) => date(d.at + 2 * day).getUTCMonth() !== date(d.at).getUTCMonth() && d.country !== 'US',
    instead: refuse,
  },
  { name: 'day border of a zone', when: (d) => local(d.at, 'America/New_York').getUTCDay() === 0 && d.method === 'AIR', instead: refuse },
  { name: 'date window', when: (d) => d.at >= start + 9 * day && d.at < start + 13 * day && d.unit === 'EA', instead: refuse },
  { name: 'half to even', when: () => true, instead: (q, d) => ({ ...q, amount: halfEven(d.exact) }) },
  { name: 'cut off cents', when: (d) => d.country === 'JP', instead: (q, d) => ({ ...q, amount: Math.floor(d.exact + 1e-9) }) },
  { name: 'truncation', when: (d) => d.method === 'SEA', instead: (q, d) => ({ ...q, amount: Math.floor(d.exact * 100 + 1e-7) / 100 }) },
  { name: 'surcharge', when: (d) => d.weight >= 120 && d.method === 'AIR', instead: (q) => ({ ...q, amount: cents(q.amount + 12.5) }) },
  {
    name: 'percent',
    when: (d) => d.country !== d.billCountry && d.method === 'ROAD',
    instead: (q) => ({ ...q, amount: Math.round(q.amount * 1.07 * 100) / 100 }),
  },
  {
    name: 'contract price',
    when: (d) => d.contractPrice !== null && d.partner < 'P10',
    instead: (q, d) => ({ ...q, amount: d.contractPrice ?? q.amount }),
  },
  { name: 'no contract', when: (d) => d.contractPrice === null && d.unit === 'CS', instead: refuse },
  {
    name: 'hold stock not counted',
    when: (d) => d.country === 'DE' && d.level - d.holdQty < d.qty,
    instead: (q) => ({ ...q, status: 'WAIT' }),
  },
  { name: 'swap of nodes', when: (d) => d.method === 'SEA', instead: (q) => (q.node === 'N2' ? { ...q, node: 'N5' } : q) },
  { name: 'leading zero', when: (d) => d.ref.startsWith('0'), instead: refuse },
  {
    name: 'small letters',
    when: (d) => d.code !== d.code.toUpperCase() && d.method !== 'AIR',
    instead: (q) => ({ ...q, status: 'LOOKUP' }),
  },
  { name: 'padding', when: (d) => d.code.endsWith(' '), instead: (q) => ({ ...q, status: 'LOOKUP' }) },
  { name: 'tenth of all orders', when: (d) => d.n % 10 === 3, instead: (q) => ({ ...q, node: 'N9' }) },
  { name: 'exception', when: (d) => d.qty >= 25 && d.country !== 'US', instead: (q) => ({ ...q, status: 'CHECK' }) },
  {
    name: 'exclusive or',
    when: (d) => (d.country === 'DE') !== (d.method === 'AIR') && d.qty >= 20,
    instead: (q) => ({ ...q, status: 'CHECK' }),
  },
  {
    name: 'pairs',
    when: (d) => ['DE & PAL', 'FR & CS', 'JP & EA', 'US & CS'].includes(`${d.country} & ${d.unit}`),
    instead: (q) => ({ ...q, node: 'N7' }),
  },
  {
    name: 'discount cap',
    when: (d) => d.discount > 30,
    instead: (q, d) => ({ ...q, amount: cents(Math.round(d.listPrice * d.qty * 70) / 100) }),
  },
  {
    name: 'two fields',
    when: (d) => d.partner === 'P11' || d.partner === 'P12',
    instead: (q) => ({ ...q, amount: Math.round(q.amount * 0.9 * 100) / 100, granted: Math.max(0, q.granted - 1) }),
  },
  { name: 'note cut', when: (d) => d.method === 'ROAD' && d.country === 'FR', instead: (q) => ({ ...q, note: q.note.slice(0, 4) }) },
  { name: 'capitals', when: (d) => d.partner.endsWith('5'), instead: (q) => ({ ...q, note: q.note.toUpperCase() }) },
  { name: 'unit of cases', when: (d) => d.unit === 'CS' && d.qty < 10, instead: (q) => ({ ...q, granted: q.granted * 12 }) },
]
