import type { MiningCase } from '../../../../src/mine/case.ts'
import { epochMs } from '../../../../src/model/ids.ts'
import type { DecisionId } from '../../../../src/model/ids.ts'
import { seeded } from '../seeded.ts'

export interface Node {
  readonly node: string
  readonly stock: number
  readonly km: number
  readonly cost: number
  readonly open: string
}

export interface Shipment {
  readonly qty: number
  readonly channel: string
  readonly weight: number
  readonly nodes: readonly Node[]
}

type Rank = (node: Node) => number | string

/** The first by these ranks, the lowest first. */
export const firstBy = (nodes: readonly Node[], ...ranks: readonly Rank[]): Node | undefined =>
  nodes.toSorted((a, b) => {
    for (const rank of ranks) {
      const [left, right] = [rank(a), rank(b)]
      if (left !== right) return left < right ? -1 : 1
    }
    return 0
  })[0]

/** The documented policy: of the nodes with enough the one with most, of equal ones the nearest. */
export const policyOf = ({ qty, nodes }: Shipment): Node | undefined =>
  firstBy(
    nodes.filter(({ stock }) => stock >= qty),
    ({ stock }) => -stock,
    ({ km }) => km,
  )

const names = ['9A', 'A7', 'B2', 'K10', 'N01', 'N02', 'Q3', '04X']
const start = Date.UTC(2026, 4, 4)

/** Shipments of which the legacy chooses the node in a way of its own; `as` says where the miner is told of the nodes. */
export const shipments = (
  seed: number,
  legacy: (shipment: Shipment, mine: Node, random: () => number) => Node | undefined,
  { as = 'read.nodes', count = 2_500 }: { readonly as?: 'read.nodes' | 'trigger.offers'; readonly count?: number } = {},
): readonly MiningCase[] => {
  const random = seeded(seed)
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1))
  return Array.from({ length: count }, (_, n): MiningCase => {
    const nodes = names
      .filter(() => random() < 0.5)
      .map((node) => ({ node, stock: 5 * whole(0, 8), km: whole(1, 3_000), cost: whole(200, 900), open: random() < 0.8 ? 'Y' : 'N' }))
    const shipment: Shipment = { qty: whole(1, 15), channel: ['WEB', 'STO', 'PHN'][whole(0, 2)] ?? '', weight: whole(1, 40), nodes }
    const mine = policyOf(shipment)
    const theirs = mine === undefined ? undefined : (legacy(shipment, mine, random) ?? mine)
    const answer = (one: Node | undefined): MiningCase['legacy'] => ({
      kind: 'decided',
      answer: { outcome: one === undefined ? 'back' : 'sent', node: one?.node ?? null, cost: one?.cost ?? 0 },
      effects: [],
    })
    const { qty, channel, weight } = shipment
    const facts = { 'trigger.qty': qty, 'trigger.channel': channel, 'trigger.weight': weight }
    return {
      id: `d${n}` as DecisionId,
      at: epochMs(start + n * 600_000),
      candidate: answer(mine),
      legacy: answer(theirs),
      facts: as === 'trigger.offers' ? { ...facts, 'trigger.offers': nodes.map((one) => ({ ...one })) } : facts,
      ...(as === 'read.nodes' ? { lists: { 'read.nodes': nodes.map((one) => ({ ...one, '(key)': one.node })) } } : {}),
      exposure: null,
    }
  })
}
