import type { HiddenRule } from '../../src/model/hidden-rule.ts'
import type { HiddenRuleId } from '../../src/model/ids.ts'
import { contextName, epochMs } from '../../src/model/ids.ts'

const base = {
  context: contextName('inventory-promise'),
  firstSeenAt: epochMs(Date.UTC(2026, 2, 1, 9, 12)),
  lastSeenAt: epochMs(Date.UTC(2026, 2, 2, 4, 55)),
  counterExamples: [],
}

/** One rule of each status, with one literal and one step of most kinds. */
export const sampleRules: readonly HiddenRule[] = [
  {
    ...base,
    id: 'rule-phone-cap' as HiddenRuleId,
    status: 'confirmed',
    predicate: [
      { kind: 'in', feature: 'trigger.channel', values: ['PHN'] },
      { kind: 'at-least', feature: 'trigger.qty', value: 40 },
    ],
    effect: [{ kind: 'min', path: '/qty', value: 25 }],
    words: 'When channel is PHN and qty is 40 or more, legacy limits qty to at most 25.',
    train: { fits: 96, breaks: 0, other: 1 },
    holdout: { fits: 41, breaks: 0, other: 0 },
    replay: { restored: 137, broken: 0 },
    precision: 1,
    precisionLower: 0.9295,
    exposure: 4_812_350,
    examples: ['case-hidden-rule', 'd-1002', 'd-1003', 'd-1004', 'd-1005', 'd-1006', 'd-1007', 'd-1008', 'd-1009', 'd-1010', 'd-1011'],
  },
  {
    ...base,
    id: 'rule-dated' as HiddenRuleId,
    status: 'provisional',
    predicate: [
      { kind: 'between', feature: 'date(clock)', from: 20513, to: 20520 },
      { kind: 'around', feature: 'hour(clock)', from: 22, to: 2 },
      { kind: 'is-null', feature: 'row.cust_mst.cr_lmt' },
      { kind: 'in', feature: 'row.cust_mst.cust_nm', values: ['</script><img src=x onerror=alert(1)>', '=1+1'] },
    ],
    effect: [
      { kind: 'set', path: '/outcome', value: 'rejected' },
      { kind: 'set', path: '/qty', value: 0 },
      { kind: 'remove', path: '/node' },
    ],
    words: 'When the decision is from 2026-03-01 to 2026-03-08 and the customer has no credit limit, legacy answers outcome rejected.',
    train: { fits: 31, breaks: 2, other: 0 },
    holdout: { fits: 14, breaks: 1, other: 0 },
    replay: { restored: 45, broken: 3 },
    precision: 0.9333,
    precisionLower: 0.7206,
    exposure: null,
    examples: ['d-2001'],
    counterExamples: ['d-2044', 'd-2045', 'd-2046'],
  },
  {
    ...base,
    id: 'rule-lead' as HiddenRuleId,
    status: 'lead',
    predicate: [{ kind: 'at-most', feature: 'read.stock.available', value: 3 }],
    effect: [{ kind: 'add', path: '/qty', value: -2 }],
    words: 'When available of stock is 3 or less, legacy takes 2 off qty.',
    train: { fits: 6, breaks: 4, other: 2 },
    holdout: { fits: 2, breaks: 3, other: 0 },
    replay: { restored: 8, broken: 7 },
    precision: 0.4,
    precisionLower: 0.0764,
    exposure: 12_000,
    examples: ['d-3001'],
    counterExamples: ['d-3002'],
  },
]
