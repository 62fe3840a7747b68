import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/classify/classify.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { Evidence, Verdict } from '../../../src/model/verdict.ts'
import { decided, examined, failed, legacyAtMs } from './examined.ts'
import type { Candidate, Scene } from './examined.ts'

const qty = (value: number) => decided({ qty: value })
const stock: Candidate = (values) => qty(values['stock/A'] ?? 0)
const residue = { candidate: stock, live: { 'stock/A': 9 }, asOf: { 'stock/A': 9 }, legacy: qty(1) } satisfies Scene
const verdictOf = (scene: Scene): Promise<Verdict> => classify(examined(scene))
const evidenceOf = async (scene: Scene, test: string): Promise<Evidence | undefined> =>
  (await verdictOf(scene)).evidence.find((one) => one.test === test)

describe('older code', () => {
  it('is run as of the legacy’s commit', async () => {
    const found = await evidenceOf({ ...residue, older: { v1: () => qty(1), v0: () => qty(2) } }, 'version-bisect')
    expect(found?.data).toEqual({ agrees: ['v1'], differs: ['v0'], unlike: ['v1', 'v0'] })
  })

  it('is as much a cause as the reads where it agrees on those of the live run', async () => {
    const moved = { ...residue, asOf: { 'stock/A': 1 } }
    const verdict = await verdictOf({ ...moved, older: { v1: () => qty(1) } })
    expect(verdict.finding).toMatchObject({ causes: ['timing', 'defect'], relation: 'overdetermined' })
    expect((await verdictOf({ ...moved, older: { v1: () => qty(3) } })).finding).toMatchObject({ causes: ['timing'], relation: 'single' })
  })

  it('that decided itself is not compared with itself', async () => {
    expect(await evidenceOf({ ...residue, older: { v: () => qty(1) } }, 'version-bisect')).toBeUndefined()
  })
})

describe('the documented policy', () => {
  it.each<[string, Candidate, string | undefined]>([
    ['is kept by the candidate', () => qty(9), 'legacy'],
    ['is kept by the legacy', () => qty(1), 'candidate'],
    ['is kept by neither', () => qty(5), 'both'],
    ['says nothing', () => decided(null), undefined],
    ['fails', () => failed('threw'), undefined],
  ])('%s', async (_, specification, contradicted) => {
    const found = await evidenceOf({ ...residue, specification }, 'specification')
    expect((found?.data as { contradicted?: string } | undefined)?.contradicted).toBe(contradicted)
  })
})

describe('a declared relation', () => {
  const orderFree = { kind: 'order-free', name: 'lines in any order', path: '/lines' } as const
  const monotonic = { kind: 'monotonic', name: 'more stock, no less promised', read: 'stock', field: '', answer: '/qty' } as const

  it('is broken by a candidate that takes the first line', async () => {
    const first: Candidate = (_values, _clock, data) => qty((data as { lines: readonly number[] }).lines[0] ?? 0)
    expect(
      await evidenceOf({ ...residue, candidate: first, legacy: qty(7), relations: [orderFree] }, 'relation:lines in any order'),
    ).toBeDefined()
    expect(await evidenceOf({ ...residue, relations: [orderFree] }, 'relation:lines in any order')).toBeUndefined()
  })

  it('is broken by a candidate that gives less when there is more', async () => {
    const less: Candidate = (values) => qty(100 - (values['stock/A'] ?? 0))
    expect(await evidenceOf({ ...residue, candidate: less, relations: [monotonic] }, `relation:${monotonic.name}`)).toBeDefined()
    expect(await evidenceOf({ ...residue, relations: [monotonic] }, `relation:${monotonic.name}`)).toBeUndefined()
  })
})

it('tells which earlier states the legacy may have worked with', async () => {
  const at = (ms: number) => epochMs(legacyAtMs - ms)
  const history = {
    'stock/A': [
      { value: 1, from: at(900), until: at(100) },
      { value: 2, from: at(2_000), until: at(900) },
    ],
  }
  expect((await evidenceOf({ ...residue, history }, 'older-reads'))?.data).toEqual([
    { projection: 'stock', from: at(900), until: at(100), agrees: true },
    { projection: 'stock', from: at(2_000), until: at(900), agrees: false },
  ])
})

it('tells the order in which the two sides saw a change', async () => {
  const verdict = await verdictOf({ ...residue, asOf: { 'stock/A': 1 } })
  expect(verdict.evidence[0]?.data).toMatchObject([
    {
      projection: 'stock',
      key: 'A',
      seen: 9,
      atLegacyCommit: 1,
      order: { legacy: ['change', 'decision'], candidate: ['decision', 'change'] },
    },
  ])
})

describe('a candidate that cannot be asked again', () => {
  const mute: Candidate = () => ({ kind: 'failed', reason: 'not-replayable', message: 'a service without replay' })

  it('is compared live, with a lower grade', async () => {
    const live = { ...residue, candidate: mute, liveAnswer: qty(1) }
    expect(await verdictOf(live)).toMatchObject({ finding: { kind: 'agreed' }, grade: 'B' })
    expect(await verdictOf({ ...live, liveAnswer: qty(2) })).toMatchObject({
      finding: { kind: 'unresolved', reason: 'not-replayable' },
      grade: 'B',
    })
  })
})

describe('documents that both sides contradict', () => {
  const doubled: Candidate = (values) => qty(2 * (values['stock/A'] ?? 0))
  const both = { ...residue, candidate: doubled, live: { 'stock/A': 3 }, asOf: { 'stock/A': 2 }, legacy: qty(7) }

  it('tell whether the reads are a cause besides: they would have been misled, too', async () => {
    const verdict = await verdictOf({ ...both, specification: stock })
    expect(verdict).toMatchObject({ restoring: [{ projection: 'stock', seen: 3, atLegacyCommit: 2, cause: 'timing' }] })
  })

  it('and they are none where the documents say the same on them', async () => {
    const capped: Candidate = (values) => qty(Math.min(2, values['stock/A'] ?? 0))
    expect((await verdictOf({ ...both, specification: capped })).restoring).toEqual([])
    expect((await verdictOf(both)).restoring).toHaveLength(1)
  })
})
