import { contextName, epochMs, journeyKey, position, sourceName } from '../../src/model/ids.ts'
import type { DecisionId, EventId } from '../../src/model/ids.ts'
import type { LegacyDecision, LiveDecision } from '../../src/model/decision.ts'
import { hashText } from '../../src/model/hash.ts'
import type { Observation } from '../../src/model/observation.ts'
import type { RecordedRead } from '../../src/model/read.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { archiveHeaderLine, archiveLine } from '../../src/pipeline/replay/archived-decision.ts'

const nodes = ['N1', 'N2', 'N3', 'N4']

const read = (
  kind: RecordedRead['kind'],
  projection: string,
  key: string,
  entries: readonly (readonly [string, number])[],
): RecordedRead => ({
  projection,
  kind,
  key,
  entries: entries.map(([name, value]) => ({ key: name, value, version: null })),
  feed: 'stream',
  frontier: null,
  readAt: epochMs(0),
})

const promised = (qty: number, node: string | null): Observation => ({
  kind: 'decided',
  answer: { outcome: qty === 0 ? 'rejected' : 'reserved', qty, node, allocations: node === null ? [] : [{ node, qty }], leadDays: null },
  effects: [],
})

/** An archive of promises over four nodes: of 20, one differs because the legacy caps at 40, and one because live stock was stale. */
export function* archiveOfOrders(decisions: number): Generator<string, undefined> {
  yield archiveHeaderLine({ context: 'promise', source: sourceName('oms'), candidateVersion: 'v1', rules: [] })
  for (let number = 0; number < decisions; number++) yield archiveLine(decisionOf(number))
}

const decisionOf = (number: number): Parameters<typeof archiveLine>[0] => {
  const sku = `SKU-${number % 400}`
  const qty = number % 20 === 7 ? 45 : 1 + (number % 12)
  const at = epochMs(Date.UTC(2026, 2, 1) + number * 100)
  const stock = nodes.map((node, index): readonly [string, number] => [`${sku}/${node}`, 60 - ((number * (index + 3)) % 17)])
  const best = stock.reduce((a, b) => (b[1] > a[1] ? b : a))[0].split('/')[1] ?? null
  const reads = [read('group', 'stock', sku, stock), read('key', 'pack', sku, [[sku, 1]])]
  const stale =
    number % 20 === 11
      ? [
          read(
            'group',
            'stock',
            sku,
            stock.map(([key, free]) => [key, free - 1] as const),
          ),
          ...reads.slice(1),
        ]
      : reads
  const live: LiveDecision = {
    id: hashText(String(number)) as DecisionId,
    context: contextName('promise'),
    trigger: {
      id: hashText(`event ${number}`) as EventId,
      type: 'promise.requested',
      source: sourceName('oms'),
      key: journeyKey(`O${number}/1`),
      data: {
        order: `O${number}`,
        line: 1,
        sku,
        qty,
        preferredNode: null,
        gift: false,
        requestedDate: '2026-03-04',
        channel: 'WEB',
        unitPrice: '12.50',
      },
      occurredAt: at,
      position: position(`1:${String(number).padStart(16, '0')}`),
      ordinal: 0,
      journey: null,
      milestone: null,
      rule: { name: 'promise.requested', version: 1 },
      causes: [],
    },
    candidateVersion: 'v1',
    observation: promised(qty, best),
    reads: stale,
    decidedAt: epochMs(at + 20),
    tookMs: 1,
  }
  const legacy: LegacyDecision = {
    id: live.id,
    context: live.context,
    trigger: live.trigger,
    state: 'settled',
    revision: 1,
    observation: promised(Math.min(qty, 40), best),
    firstObservation: null,
    transactions: [],
    asOf: live.trigger,
    readFrom: null,
    decidedAt: at,
    answeredAt: at,
  }
  const verdict: Verdict = {
    id: live.id,
    context: live.context,
    revision: 1,
    finding: qty > 40 ? { kind: 'unresolved', reason: 'owner-decides' } : { kind: 'agreed' },
    grade: 'A',
    latent: false,
    liveDifferences: [],
    asOfDifferences: [],
    restoring: [],
    evidence: [],
    fingerprint: null,
    asOf: { observation: live.observation, reads, inputsRead: [] },
    decidedAt: at,
    exposure: qty * 1_250,
  }
  return { live, legacy, verdict }
}
