import type { BusinessEvent } from '../../../src/model/business-event.ts'
import type { ChangeEvent, TransactionHeader } from '../../../src/model/change-event.ts'
import type { LegacyDecision, LiveDecision } from '../../../src/model/decision.ts'
import { decisionId, eventId } from '../../../src/model/hash.ts'
import type { Position } from '../../../src/model/ids.ts'
import { contextName, epochMs, journeyKey, position, resumeToken, rowKey, sourceName, tableName } from '../../../src/model/ids.ts'
import type { Row } from '../../../src/model/value.ts'
import type { Verdict } from '../../../src/model/verdict.ts'
import type { CaptureBatch } from '../../../src/ports/capture-store.ts'

export const source = sourceName('oms')
export const context = contextName('inventory-promise')
export const table = tableName('inv_bal')

export const at = (number: number): Position => position(`7412-1:${String(number).padStart(16, '0')}`)

export const header = (number: number, more: Partial<TransactionHeader> = {}): TransactionHeader => ({
  source,
  position: at(number),
  id: String(700 + number),
  beganAt: null,
  committedAt: epochMs(1_000 * number + 0.125),
  capturedAt: epochMs(1_000 * number + 3.5),
  count: 1,
  snapshot: false,
  ...more,
})

export const change = (number: number, key: string, after: Row | null, more: Partial<ChangeEvent> = {}): ChangeEvent => ({
  transaction: header(number),
  ordinal: 0,
  op: after === null ? 'delete' : 'update',
  table,
  key: rowKey(JSON.stringify([key])),
  before: null,
  after,
  beforeKind: 'none',
  omitted: [],
  ...more,
})

export const event = (number: number, key: string, more: Partial<BusinessEvent> = {}): BusinessEvent => ({
  id: eventId(source, at(number), 'order.placed', key, more.ordinal ?? 0),
  type: 'order.placed',
  source,
  key: journeyKey(key),
  data: { total: 5n, note: 'a\\b\n\t"ü\u0000' },
  occurredAt: epochMs(1_000 * number),
  position: at(number),
  ordinal: 0,
  journey: 'order',
  milestone: null,
  rule: { name: 'order.placed', version: 1 },
  causes: [`${at(number)}#0` as BusinessEvent['causes'][number]],
  ...more,
})

export const batch = (number: number, expected: number | null, more: Partial<CaptureBatch> = {}): CaptureBatch => ({
  source,
  expected: expected === null ? null : resumeToken(`token ${expected}`),
  cursor: { token: resumeToken(`token ${number}`), position: at(number), at: epochMs(1_000 * number), phase: 'stream' },
  transactions: [header(number)],
  changes: [],
  events: [],
  journeys: [],
  deadLetters: [],
  ...more,
})

export const live = (number: number, key: string): LiveDecision => ({
  id: decisionId(context, event(number, key).id),
  context,
  trigger: event(number, key),
  candidateVersion: 'v1',
  observation: { kind: 'decided', answer: { qty: -0, node: 'W1  ' }, effects: [] },
  reads: [
    {
      projection: 'stock',
      kind: 'group',
      key: 'sku1',
      entries: [{ key: 'sku1/W1', value: { onHand: 3 }, version: { position: at(number), ordinal: 2, committedAt: epochMs(4) } }],
      feed: 'stream',
      frontier: at(number),
      readAt: epochMs(5),
    },
  ],
  decidedAt: epochMs(6),
  tookMs: 0.25,
})

export const legacy = (number: number, key: string, more: Partial<LegacyDecision> = {}): LegacyDecision => ({
  id: decisionId(context, event(number, key).id),
  context,
  trigger: event(number, key),
  state: 'settled',
  revision: 1,
  observation: { kind: 'decided', answer: { qty: 3 }, effects: [] },
  firstObservation: null,
  transactions: [{ position: at(number), ordinal: 0 }],
  asOf: { position: at(number), ordinal: 0 },
  readFrom: null,
  decidedAt: epochMs(7),
  answeredAt: epochMs(8),
  ...more,
})

export const verdict = (number: number, key: string, more: Partial<Verdict> = {}): Verdict => ({
  id: decisionId(context, event(number, key).id),
  context,
  revision: 1,
  finding: { kind: 'agreed' },
  grade: 'A',
  latent: false,
  liveDifferences: [],
  asOfDifferences: [],
  restoring: [],
  evidence: [{ test: 't', words: 'w', data: Number.NaN }],
  fingerprint: null,
  asOf: { observation: { kind: 'decided', answer: null, effects: [] }, reads: [], inputsRead: ['/total'] },
  decidedAt: epochMs(9),
  exposure: 100,
  ...more,
})
