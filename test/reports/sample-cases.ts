import { decimal } from '../../src/model/value.ts'
import type { Data } from '../../src/model/value.ts'
import type { NightCase } from '../../src/model/night.ts'
import type { Observation } from '../../src/model/observation.ts'

/** What an attacker would order: it must come out as text in every report. */
export const hostile = '</script><img src=x onerror=alert(1)>'

const decided = (answer: Data, effects: Extract<Observation, { kind: 'decided' }>['effects'] = []): Observation => ({
  kind: 'decided',
  answer,
  effects,
})

const reserved = (node: string, qty: number): Data => ({ outcome: 'reserved', qty, node, allocations: [{ node, qty }], leadDays: null })

const asked = (qty: number, more: { readonly [name: string]: Data } = {}): Data => ({
  order: '10000211',
  sku: 'ZD10175',
  qty,
  channel: 'WEB',
  unitPrice: decimal('70.01'),
  ...more,
})

const base = { grade: 'A', latent: false, restoring: [], evidence: [], rule: null } as const

export const timing: NightCase = {
  ...base,
  id: 'case-timing',
  key: '10000211/1',
  at: '2026-03-01T09:46:29.762Z',
  cause: 'timing',
  trigger: asked(8),
  legacy: decided(reserved('N001', 8)),
  live: decided(reserved('N002', 8)),
  asOf: decided(reserved('N001', 8)),
  differences: [
    { kind: 'value', path: '/node', legacy: 'N001', candidate: 'N002' },
    { kind: 'missing', path: '/allocations/N001', legacy: { node: 'N001', qty: 8 } },
    { kind: 'extra', path: '/allocations/N002', candidate: { node: 'N002', qty: 8 } },
  ],
  restoring: [
    {
      projection: 'stock',
      key: 'ZD10175/N001',
      seen: { node: 'N001', onHand: 24, held: 21, available: 3 },
      atLegacyCommit: { available: 15, held: 9, node: 'N001', onHand: 24 },
      ageMs: 1_240,
      cause: 'timing',
    },
  ],
  evidence: [{ test: 'as-of-reads-restore', words: 'The answers agree once the candidate reads what the legacy saw.', data: null }],
}

const stale: NightCase = {
  ...base,
  id: 'case-stale-data',
  key: '10000324/2',
  at: '2026-03-01T11:02:00.000Z',
  cause: 'stale-data',
  grade: 'B',
  trigger: asked(4, { gift: true }),
  legacy: decided({ outcome: 'rejected', qty: 0, node: null, allocations: [], leadDays: null }),
  live: decided(reserved('N001', 4), [{ kind: 'reserve', payload: { sku: 'ZD10175', qty: 4 } }]),
  asOf: decided({ outcome: 'rejected', qty: 0, node: null, allocations: [], leadDays: null }),
  differences: [
    { kind: 'value', path: '/outcome', legacy: 'rejected', candidate: 'reserved' },
    { kind: 'value', path: '/qty', legacy: 0, candidate: 4 },
  ],
  restoring: [
    {
      projection: 'item',
      key: 'ZD10175',
      seen: { pack: 1, status: 'A', backorder: false, leadDays: 24 },
      atLegacyCommit: { pack: 1, status: 'D', backorder: false, leadDays: 24 },
      ageMs: 2 * 86_400_000 + 5 * 3_600_000,
      cause: 'stale-data',
    },
    { projection: 'clock', key: '', seen: 1, atLegacyCommit: null, ageMs: -40, cause: 'timing' },
  ],
  evidence: [
    { test: 'as-of-reads-restore', words: 'item ZD10175 was 2 d 5 h out of date, its limit is 1 d 2 h.', data: { ageMs: 190_800_000 } },
  ],
}

const hiddenRule: NightCase = {
  ...base,
  id: 'case-hidden-rule',
  key: `10000999/1 ${hostile}`,
  at: '2026-03-01T13:30:00.000Z',
  cause: 'hidden-rule',
  trigger: asked(48, { channel: 'PHN', note: `${hostile}\u001b[31m\u202e` }),
  legacy: decided(reserved('N001', 25)),
  live: decided(reserved('N001', 48)),
  asOf: decided(reserved('N001', 48)),
  differences: [
    { kind: 'value', path: '/qty', legacy: 25, candidate: 48 },
    { kind: 'value', path: '/allocations/N001/qty', legacy: 25, candidate: 48 },
  ],
  evidence: [{ test: 'rule-overlay', words: `Laid over the candidate, the rule makes it agree. ${hostile}`, data: hostile }],
  rule: 'When channel is PHN and qty is 40 or more, legacy limits qty to at most 25.',
}

const defect: NightCase = {
  ...base,
  id: 'case-defect',
  key: '10001201/1',
  at: '2026-03-01T18:00:00.000Z',
  cause: 'defect',
  trigger: asked(3),
  legacy: decided(reserved('N003', 3)),
  live: { kind: 'failed', reason: 'wrong-shape', message: '/qty: expected number, received string `"=cmd|\' /C calc\'!A0"`' },
  asOf: { kind: 'failed', reason: 'threw', message: `TypeError: ${hostile}` },
  differences: [{ kind: 'missing', path: '', legacy: reserved('N003', 3) }],
  evidence: [
    {
      test: 'candidate-wrong-shape',
      words: 'With everything as the legacy saw it, the candidate gave an answer of the wrong shape.',
      data: null,
    },
  ],
}

const legacyDefect: NightCase = {
  ...base,
  id: 'case-legacy-defect',
  key: '10001377/4',
  at: '2026-03-02T01:15:00.000Z',
  cause: 'legacy-defect',
  trigger: asked(5),
  legacy: decided(reserved('N001', 7)),
  live: decided(reserved('N001', 5)),
  asOf: decided(reserved('N001', 5)),
  differences: [{ kind: 'value', path: '/qty', legacy: 7, candidate: 5 }],
  evidence: [
    { test: 'invariant:never more than requested', words: "The legacy's answer breaks the rule 'never more than requested'.", data: null },
  ],
}

const compound: NightCase = {
  ...base,
  id: 'case-compound',
  key: '10001400/1',
  at: '2026-03-02T02:00:00.000Z',
  cause: 'compound',
  latent: true,
  trigger: asked(45),
  legacy: decided({
    ...(reserved('N001', 25) as object),
    total: 9_007_199_254_740_993n,
    hash: new Uint8Array([1, 255]),
    code: '0025 ',
    flag: 'true',
  }),
  live: decided({
    ...(reserved('N001', 25) as object),
    total: 9_007_199_254_740_993n,
    hash: new Uint8Array([1, 255]),
    code: '0025 ',
    flag: 'true',
  }),
  asOf: decided({
    ...(reserved('N002', 45) as object),
    total: 9_007_199_254_740_992n,
    hash: new Uint8Array([1, 254]),
    code: '0025',
    flag: true,
  }),
  differences: [
    { kind: 'value', path: '/qty', legacy: 25, candidate: 45 },
    { kind: 'value', path: '/total', legacy: 9_007_199_254_740_993n, candidate: 9_007_199_254_740_992n },
    { kind: 'value', path: '/hash', legacy: new Uint8Array([1, 255]), candidate: new Uint8Array([1, 254]) },
    { kind: 'type', path: '/flag', legacy: 'true', candidate: true },
    { kind: 'value', path: '/code', legacy: '0025 ', candidate: '0025' },
  ],
  restoring: timing.restoring,
  evidence: [{ test: 'compound', words: 'Two causes are needed: timing and a hidden rule.', data: ['timing', 'hidden-rule'] }],
}

const unresolved: NightCase = {
  ...base,
  id: 'case-unresolved',
  key: '10001500/1',
  at: '2026-03-02T03:00:00.000Z',
  cause: 'unresolved',
  trigger: null,
  legacy: { kind: 'absent', reason: 'time-limit' },
  live: decided('=HYPERLINK("https://example.org";"click")'),
  asOf: decided('@SUM(A1)'),
  differences: [{ kind: 'extra', path: '', candidate: '@SUM(A1)' }],
  evidence: [{ test: 'no-compact-explanation', words: 'The logic differs, not the data.', data: null }],
}

/** One divergence of each cause. */
export const sampleCases: readonly NightCase[] = [timing, stale, hiddenRule, defect, legacyDefect, compound, unresolved]
