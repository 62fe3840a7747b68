import type { Feature } from './feature.ts'
import type { Ground } from './ground.ts'
import {
  anyEffect,
  atLeast,
  below,
  businessRound,
  capEffect,
  cell,
  isValue,
  priceEffect,
  quantile,
  refuse,
  someCategory,
  someFact,
  someValues,
  someWeeks,
} from './ground.ts'
import type { Condition, Effect } from './planted-rule.ts'

export interface Draft {
  readonly conditions: readonly Condition[]
  readonly effect: Effect
}

/** One kind of the catalogue. Null where the domain has nothing to draw it on. */
export interface RuleKind {
  /** Number in the catalogue of kinds; `x…` is outside of what a conjunction of recorded features can say. */
  readonly kind: string
  readonly words: string
  readonly heldOut: boolean
  readonly inLanguage: boolean
  readonly draft: (ground: Ground) => Draft | null
}

/** Null as soon as one condition could not be drawn. */
const when = (conditions: readonly (Condition | null)[], effect: Effect): Draft | null =>
  conditions.some((condition) => condition === null) ? null : { conditions: conditions.filter((condition) => condition !== null), effect }

const clock = (fn: 'hour' | 'minute' | 'weekday' | 'day-of-month' | 'days-to-month-end' | 'day', zone = 'UTC'): Feature => ({ fn, zone })

const on = (
  ground: Ground,
  roles: Parameters<typeof someFact>[1],
  then: (feature: Feature, name: string) => Draft | null,
): Draft | null => {
  const fact = someFact(ground, roles)
  return fact === null ? null : then(cell(fact.name), fact.name)
}

const textFlag =
  (fn: 'trailing-space' | 'leading-zero' | 'lower-case' | 'non-ascii') =>
  (ground: Ground): Draft | null =>
    on(ground, ['text'], (_feature, of) => when([isValue(ground, { fn, of }, 0.02, 0.3)].map(onlyTrue), anyEffect(ground)))

const onlyTrue = (condition: Condition | null): Condition | null =>
  condition?.is === 'in' && condition.values[0] === true ? condition : condition?.is === 'in' ? { ...condition, values: [true] } : condition

const someDays = (ground: Ground, count: number): Condition | null => {
  const days = [...new Set(ground.sample.map(({ clockMs }) => Math.floor(clockMs / 86_400_000)))]
  return days.length < 8 ? null : { is: 'in', feature: clock('day'), values: [...ground.from.sample(days, count)].sort() }
}

const kind = (number: string, words: string, draft: RuleKind['draft']): RuleKind => ({
  kind: number,
  words,
  heldOut: false,
  inLanguage: true,
  draft,
})
const heldOut = (number: string, words: string, draft: RuleKind['draft']): RuleKind => ({ ...kind(number, words, draft), heldOut: true })
const unsayable = (number: string, words: string, draft: RuleKind['draft']): RuleKind => ({
  ...kind(number, words, draft),
  inLanguage: false,
})

const developed: readonly RuleKind[] = [
  kind('1', 'floor on what is left', (g) => {
    const { left, need } = g.domain.roles
    return left === need || g.unreadOnly ? null : when([below(g, { fn: 'difference', of: left, to: need }, 0.12)], refuse(g))
  }),
  kind('3', 'a channel is served only while there is plenty', (g) =>
    g.unreadOnly ? null : when([someCategory(g), below(g, cell(g.domain.roles.left), 0.3)], refuse(g)),
  ),
  kind('5', 'cap on one request', (g) => (g.unreadOnly ? null : when([atLeast(g, cell(g.domain.roles.need), 0.12)], capEffect(g)))),
  kind('6', 'cap per customer and day', (g) =>
    when([{ is: 'at-least', feature: { fn: 'earlier-today', of: g.domain.roles.customer }, value: g.from.whole(1, 3) }], refuse(g)),
  ),
  kind('7', 'a least amount', (g) => on(g, ['money'], (amount) => when([below(g, amount, 0.06)], anyEffect(g)))),
  kind('8', 'a least amount of one country', (g) =>
    on(g, ['money'], (amount) => when([someCategory(g), below(g, amount, 0.2)], anyEffect(g))),
  ),
  kind('12', 'silent fraud limit', (g) =>
    on(g, ['money', 'number'], (amount) =>
      on(g, ['flag'], (flag) => when([atLeast(g, amount, 0.5), someCategory(g, 0.2, 0.7), isValue(g, flag, 0.03, 0.6)], refuse(g))),
    ),
  ),
  kind('14', 'blocked list', (g) => on(g, ['entity'], (who) => when([someValues(g, who, 0.03, 12)], refuse(g)))),
  kind('15', 'favoured customers', (g) => when([someValues(g, cell(g.domain.roles.customer), 0.08, 12)], { do: 'grant' })),
  kind('16', 'packs of one partner', (g) => {
    const field = g.domain.roles.price
    return when([someCategory(g)], { do: 'floor-to', field, value: g.from.pick([10, 50, 100]) })
  }),
  kind('18', 'blackout dates', (g) => when([someDays(g, 2)], refuse(g))),
  kind('19', 'a weekday at one place', (g) => when([isValue(g, clock('weekday'), 0.05, 0.25), someCategory(g, 0.1, 0.6)], anyEffect(g))),
  kind('22', 'the other day begins earlier', (g) => when([{ is: 'at-least', feature: clock('hour'), value: 20 }], priceEffect(g))),
  kind('29', 'truncation', (g) => when([someCategory(g, 0.05, 0.6)], { do: 'floor-to', field: g.domain.roles.price, value: 5 })),
  kind('32', 'a cap on the price', (g) => {
    const field = g.domain.roles.price
    const most = quantile(g, cell(`answer.${field}`), 0.9)
    return most === null ? null : when([someCategory(g, 0.1, 0.6)], { do: 'min', field, value: most })
  }),
  kind('33', 'fixed conversion of one currency', (g) =>
    when([someCategory(g, 0.03, 0.2)], { do: 'scale', field: g.domain.roles.price, factor: 3 }),
  ),
  kind('38', 'text with a blank at its end', textFlag('trailing-space')),
  kind('40', 'leading zeros', textFlag('leading-zero')),
  kind('42', 'a field was too short', (g) => on(g, ['text'], (_f, of) => when([atLeast(g, { fn: 'length', of }, 0.12)], anyEffect(g)))),
  kind('44', 'null means no', (g) => {
    const fact = someFact(g, ['category', 'number', 'money', 'date', 'flag', 'text'], ({ name }) => {
      const nulls = g.sample.filter(({ facts }) => facts.cell(name) === null).length
      return nulls > g.sample.length * 0.01 && nulls < g.sample.length * 0.3
    })
    return fact === null ? null : when([{ is: 'null', feature: cell(fact.name) }], anyEffect(g))
  }),
  kind('46', 'a deleted row still counts', (g) => {
    const fact = someFact(g, ['flag'], ({ name }) => name.startsWith('row.'))
    return fact === null ? null : when([isValue(g, cell(fact.name), 0.01, 0.15)], anyEffect(g))
  }),
  kind('49', 'the nightly job', (g) => when([{ is: 'between', feature: clock('hour'), from: 22, to: 2 }], refuse(g))),
  kind('56', 'dangerous goods to a region', (g) => {
    const place = someFact(g, ['text'], ({ name }) => name.endsWith('zip_cd') || name.startsWith('trigger.x'))
    return place === null
      ? null
      : when([isValue(g, { fn: 'prefix', of: place.name, length: 1 }, 0.03, 0.2), someCategory(g, 0.1, 0.7)], refuse(g))
  }),
  kind('62', 'contract price', (g) => {
    const price = someFact(g, ['money'], ({ name }) => name.startsWith('row.') || name.startsWith('trigger.'))
    return price === null ? null : when([someCategory(g, 0.05, 0.3)], { do: 'copy', field: g.domain.roles.price, fact: price.name })
  }),
  kind('65', 'one customer of ten', (g) =>
    on(g, ['entity'], (_f, of) =>
      when([{ is: 'in', feature: { fn: 'remainder', of, by: 10 }, values: [g.from.whole(0, 9)] }], anyEffect(g)),
    ),
  ),
]

const unseen: readonly RuleKind[] = [
  heldOut('2', 'floor as a share', (g) => {
    const { need, capacity } = g.domain.roles
    return need === capacity || g.unreadOnly ? null : when([atLeast(g, { fn: 'ratio', of: need, to: capacity }, 0.08)], refuse(g))
  }),
  heldOut('11', 'a band', (g) =>
    on(g, ['money', 'number'], (amount) => {
      const [low, high] = [quantile(g, amount, 0.55), quantile(g, amount, 0.66)]
      return low === null || high === null || low >= high
        ? null
        : when([{ is: 'between', feature: amount, from: low, to: high }], anyEffect(g))
    }),
  ),
  heldOut('13', 'velocity by channel', (g) =>
    when(
      [{ is: 'at-least', feature: { fn: 'earlier-today', of: g.domain.roles.customer }, value: 1 }, someCategory(g, 0.2, 0.7)],
      refuse(g),
    ),
  ),
  heldOut('17', 'cut-off hour of a partner', (g) =>
    when([someCategory(g, 0.05, 0.4), { is: 'at-least', feature: clock('hour'), value: g.from.whole(13, 16) }], priceEffect(g)),
  ),
  heldOut('20', 'month-end freeze', (g) =>
    when([{ is: 'at-most', feature: clock('days-to-month-end'), value: 2 }, someCategory(g, 0.15, 0.7)], refuse(g)),
  ),
  heldOut('35', 'here and there differ', (g) => {
    const left = someFact(g, ['category'])
    const right = someFact(g, ['category'], ({ name }) => name !== left?.name)
    if (left === null || right === null) return null
    return when([{ is: 'in', feature: { fn: 'equal', of: left.name, to: right.name }, values: [true] }], priceEffect(g))
  }),
  heldOut('39', 'lower case', textFlag('lower-case')),
  heldOut('41', 'letters that the code page lacks', textFlag('non-ascii')),
  heldOut('43', 'number too large for its field', (g) =>
    on(g, ['number', 'money'], (amount) => when([atLeast(g, amount, 0.03)], { do: 'set', field: g.domain.roles.price, value: 9_999 })),
  ),
  heldOut('45', 'sentinel', (g) => {
    const fact = someFact(g, ['date', 'number'], ({ name }) =>
      g.sample.some(({ facts }) => facts.cell(name) === '9999-12-31' || facts.cell(name) === -1),
    )
    return fact === null
      ? null
      : when([{ is: 'in', feature: cell(fact.name), values: [fact.role === 'date' ? '9999-12-31' : -1] }], anyEffect(g))
  }),
  heldOut('47', 'one code, two meanings', (g) => when([someCategory(g, 0.1, 0.4), someCategory(g, 0.1, 0.4)], anyEffect(g))),
  heldOut('50', 'the day ends early', (g) =>
    when([{ is: 'between', feature: clock('minute'), from: 17 * 60 + 30, to: 18 * 60 + 15 }], anyEffect(g)),
  ),
  heldOut('53', 'all or nothing', (g) => {
    const { granted, need } = g.domain.roles
    return g.unreadOnly ? null : when([below(g, { fn: 'ratio', of: `answer.${granted}`, to: need }, 0.1)], refuse(g))
  }),
  heldOut('57', 'postcodes of an island', (g) => {
    const place = someFact(g, ['text'], ({ name }) => name.endsWith('zip_cd') || name.startsWith('trigger.x'))
    return place === null ? null : when([isValue(g, { fn: 'prefix', of: place.name, length: 2 }, 0.008, 0.06)], priceEffect(g))
  }),
  heldOut('61', 'internal accounts', (g) =>
    on(g, ['entity'], (_f, of) => when([isValue(g, { fn: 'prefix', of, length: 3 }, 0.02, 0.2)], { do: 'grant' })),
  ),
  heldOut('63', 'another limit for a season', (g) =>
    on(g, ['money', 'number'], (amount) => when([someWeeks(g), atLeast(g, amount, 0.25)], anyEffect(g))),
  ),
  heldOut('64', 'old contracts', (g) => {
    const fact = someFact(g, ['date'], ({ name }) => name.startsWith('row.'))
    const feature: Feature | null = fact === null ? null : { fn: 'day-of', of: fact.name }
    return feature === null ? null : when([below(g, feature, 0.15)], priceEffect(g))
  }),
  heldOut('67', 'cases instead of pieces', (g) =>
    when([someCategory(g, 0.03, 0.25)], { do: 'scale', field: g.domain.roles.price, factor: 12 }),
  ),
  heldOut('70', 'list of exceptions by hand', (g) =>
    on(g, ['entity'], (who) =>
      when([someValues(g, who, 0.05, 10), someCategory(g, 0.2, 0.7)], {
        do: 'set',
        field: g.domain.roles.price,
        value: businessRound(g.from.whole(100, 5_000)),
      }),
    ),
  ),
]

const outside: readonly RuleKind[] = [
  unsayable('x1', 'either one or the other, not both', (g) => {
    const [left, right] = [someCategory(g, 0.1, 0.5), someCategory(g, 0.1, 0.5)]
    return left === null || right === null ? null : { conditions: [{ is: 'either', left, right }], effect: anyEffect(g) }
  }),
  unsayable('x2', 'what nobody recorded, everywhere', (g) => when([{ is: 'unrecorded', share: 0.03 }], anyEffect(g))),
  unsayable('x3', 'what nobody recorded, in one channel', (g) =>
    when([someCategory(g, 0.1, 0.4), { is: 'unrecorded', share: 0.6 }], anyEffect(g)),
  ),
  unsayable('x4', 'six conditions', (g) =>
    on(g, ['money', 'number'], (amount) =>
      on(g, ['flag'], (flag) =>
        when(
          [
            someCategory(g, 0.5, 0.95),
            someCategory(g, 0.4, 0.95),
            someCategory(g, 0.4, 0.95),
            atLeast(g, amount, 0.6),
            isValue(g, flag, 0.3, 0.99),
            { is: 'between', feature: clock('hour'), from: 7, to: 16 },
          ],
          anyEffect(g),
        ),
      ),
    ),
  ),
]

export const ruleKinds: readonly RuleKind[] = [...developed, ...unseen, ...outside]
