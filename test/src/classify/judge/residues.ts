import type { ResidueRecord } from '../../../../src/classify/judge/residue-record.ts'
import type { World } from '../../../../src/classify/judge/world.ts'

export const dayMs = 86_400_000
export const begin = Date.UTC(2026, 2, 2)

/** One logic residue; what is not said is as in most. */
export const residue = (id: number, part: Partial<ResidueRecord> = {}): ResidueRecord => ({
  id: id.toString(16).padStart(32, '0'),
  fingerprint: 'f',
  version: 'v2',
  at: begin + id * 60_000,
  wrote: {},
  stratum: 'amount:#',
  bisected: null,
  contradicted: null,
  broken: [],
  older: [],
  view: String(id),
  ...part,
})

export const residues = (count: number, part: (index: number) => Partial<ResidueRecord> = () => ({})): readonly ResidueRecord[] =>
  Array.from({ length: count }, (_, index) => residue(index, part(index)))

/** Ten days of a thousand decisions; what is not said is as in most. */
export const world = (part: Partial<World> = {}): World => ({
  context: { reads: {}, parameters: {}, sourceText: '' },
  olderVersions: [],
  legacyChanges: [],
  versions: new Map([['v2', { count: 1_000, firstAt: begin, lastAt: begin + 10 * dayMs }]]),
  span: { count: 1_000, firstAt: begin, lastAt: begin + 10 * dayMs },
  strata: new Map(),
  looked: new Set(['/qty', 'read.stock']),
  aliases: () => [],
  olderOfAgreements: [],
  agreements: [],
  ...part,
})
