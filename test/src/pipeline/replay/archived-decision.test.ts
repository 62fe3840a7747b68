import { expect, it } from 'vitest'
import type { LegacyDecision, LiveDecision } from '../../../../src/model/decision.ts'
import { contextName, epochMs, position, sourceName } from '../../../../src/model/ids.ts'
import type { DecisionId, HiddenRuleId } from '../../../../src/model/ids.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { RecordedRead } from '../../../../src/model/read.ts'
import type { Data } from '../../../../src/model/value.ts'
import type { Verdict } from '../../../../src/model/verdict.ts'
import { archiveHeaderLine, archiveLine, readArchiveHeader, readArchiveLine } from '../../../../src/pipeline/replay/archived-decision.ts'
import { trigger } from '../../shadow/changes.ts'
import { decided } from './shop-decision.ts'

const read = (value: Data): RecordedRead => ({
  projection: 'stock',
  kind: 'key',
  key: 'A',
  entries: [{ key: 'A', value, version: { position: position('1:1'), ordinal: 1, committedAt: epochMs(1) } }],
  feed: 'stream',
  frontier: position('1:1'),
  readAt: epochMs(5),
})

const live: LiveDecision = {
  id: 'd1' as DecisionId,
  context: contextName('promise'),
  trigger: trigger(1, 'K', { qty: 2n ** 60n, raw: new Uint8Array([1, 255]) }),
  candidateVersion: 'v1',
  observation: decided({ qty: 5 }),
  reads: [read(5)],
  decidedAt: epochMs(2_000),
  tookMs: 1,
}
const legacy: LegacyDecision = {
  id: live.id,
  context: live.context,
  trigger: live.trigger,
  state: 'settled',
  revision: 1,
  observation: decided({ qty: 4 }),
  firstObservation: null,
  transactions: [],
  asOf: { position: position('1:2'), ordinal: 0 },
  readFrom: null,
  decidedAt: epochMs(1_500),
  answeredAt: epochMs(1_600),
}
const verdict: Verdict = {
  id: live.id,
  context: live.context,
  revision: 1,
  finding: { kind: 'caused', causes: ['hidden-rule'], relation: 'single', rule: 'r1' as HiddenRuleId },
  grade: 'A',
  latent: false,
  liveDifferences: [],
  asOfDifferences: [],
  restoring: [],
  evidence: [],
  fingerprint: null,
  asOf: { observation: decided({ qty: 4 }), reads: [read(4)], inputsRead: [] },
  decidedAt: epochMs(1_500),
  exposure: 700,
}

const back = (pair: PairedDecision): ReturnType<typeof readArchiveLine> => readArchiveLine(archiveLine(pair), 'archive:2')

it('a decision comes back as it was, with both answers, their instants and reads', () => {
  expect(back({ live, legacy, verdict })).toMatchObject({
    id: 'd1',
    trigger: { key: 'K', data: { qty: 2n ** 60n, raw: new Uint8Array([1, 255]) } },
    legacy: decided({ qty: 4 }),
    first: null,
    live: { at: 2_000, observation: decided({ qty: 5 }), reads: [['stock', 'key', 'A', [['A', 5]]]] },
    asOf: { at: 1_500, observation: decided({ qty: 4 }), reads: [['stock', 'key', 'A', [['A', 4]]]] },
    cause: 'hidden-rule',
    rule: 'r1',
    exposure: 700,
  })
})

it('a live run that was the same as the as-of run is not written twice, and comes back', () => {
  const same = { live: { ...live, observation: decided({ qty: 4 }), reads: [read(4)] }, legacy, verdict }
  expect(archiveLine(same).match(/stock/g)).toHaveLength(1)
  expect(back(same).live).toEqual({ at: 2_000, observation: decided({ qty: 4 }), reads: [['stock', 'key', 'A', [['A', 4]]]] })
})

it('a decision that was never classified, or never answered, keeps what there is', () => {
  expect(back({ live, legacy, verdict: null })).toMatchObject({ asOf: null, cause: null, live: { observation: decided({ qty: 5 }) } })
  const absent = { ...legacy, observation: { kind: 'absent', reason: 'time-limit' } } as const
  expect(back({ live, legacy: absent, verdict })).toMatchObject({ asOf: null, legacy: { kind: 'absent' } })
})

it('the header says what the archive is of; anything else is refused with its place', () => {
  const header = {
    context: 'promise',
    source: sourceName('shop'),
    candidateVersion: 'v1',
    rules: [{ id: 'r1' as HiddenRuleId, words: 'When …' }],
  }
  expect(readArchiveHeader(archiveHeaderLine(header), 'a.ndjson')).toMatchObject(header)
  for (const text of ['', '{"banyan":"fixture","version":1}', '{"banyan":"archive","version":2}', '[1]']) {
    expect(() => readArchiveHeader(text, 'a.ndjson')).toThrow(expect.objectContaining({ code: 'fixture-invalid', where: 'a.ndjson' }))
  }
  for (const text of ['{', 'null', '{"id":"d"}']) {
    expect(() => readArchiveLine(text, 'a.ndjson, byte 7')).toThrow(
      expect.objectContaining({ code: 'fixture-invalid', where: 'a.ndjson, byte 7' }),
    )
  }
})
