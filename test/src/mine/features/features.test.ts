import { describe, expect, it } from 'vitest'
import { dateFeatures, inZone } from '../../../../src/mine/features/calendar.ts'
import { featuresOf } from '../../../../src/mine/features/features.ts'
import type { NumberFeature } from '../../../../src/mine/features/feature.ts'
import { caseTable } from '../../../../src/mine/table/case-table.ts'
import { manyKinds, market } from '../many-kinds.ts'
import { seeded } from '../seeded.ts'

describe('the calendar', () => {
  const random = seeded(1)
  const instants = Float64Array.from({ length: 3000 }, () => Math.floor((random() * 2 - 0.6) * 3e12))
  const values = new Map(
    dateFeatures({ name: 'd', read: () => instants, bits: 0, timed: true }).map((feature) => [feature.name, feature.read(null)]),
  )

  it('is that of Date, before 1970 and in leap years too', () => {
    for (const [i, at] of instants.entries()) {
      const date = new Date(at)
      const month = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
      expect([
        values.get('month(d)')?.[i],
        values.get('dayOfMonth(d)')?.[i],
        values.get('weekday(d)')?.[i],
        values.get('hour(d)')?.[i],
        values.get('daysToMonthEnd(d)')?.[i],
      ]).toEqual([date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay() || 7, date.getUTCHours(), month - date.getUTCDate()])
    }
  })

  it('counts ISO weeks by their Thursday', () => {
    const days = Float64Array.from(['2021-01-03', '2021-01-04', '2020-12-31', '2018-12-31', '2016-01-01'], (day) => Date.parse(day))
    const week = dateFeatures({ name: 'd', read: () => days, bits: 0, timed: false }).find(({ name }) => name === 'isoWeek(d)')
    expect([...(week?.read(null) ?? [])]).toEqual([53, 1, 53, 1, 53])
  })

  it('knows the hour in which summer begins', () => {
    const shifted = inZone(Float64Array.of(Date.UTC(2026, 2, 29, 0, 59), Date.UTC(2026, 2, 29, 1, 1)), 'Europe/Berlin')
    expect([...shifted].map((at) => new Date(at).toISOString().slice(11, 16))).toEqual(['01:59', '03:01'])
  })
})

it('counts history as a plain look back does', () => {
  const { cases } = market({ seed: 2, deals: 1500, rules: manyKinds.slice(0, 1) })
  const table = caseTable(cases)
  const byName = new Map(featuresOf(table, null).map((feature) => [feature.name, feature]))
  const read = (name: string): Float64Array => (byName.get(name) as NumberFeature).read(null)
  const of = (row: number, name: string): unknown => cases[row]?.facts[name]
  const [hour, today, minutes, sums] = ['earlierHour', 'earlierToday', 'minutesSince']
    .map((word) => read(`${word}(trigger.customer)`))
    .concat(read('sumToday(trigger.discount by trigger.customer)'))
  for (let row = 0; row < cases.length; row++) {
    const at = cases[row]?.at ?? 0
    const earlier = cases.slice(0, row).filter((_, i) => of(i, 'trigger.customer') === of(row, 'trigger.customer'))
    const sameDay = earlier.filter((one) => Math.floor(one.at / 86_400_000) === Math.floor(at / 86_400_000))
    expect(hour?.[row]).toBe(earlier.filter((one) => one.at >= at - 3_600_000).length)
    expect(today?.[row]).toBe(sameDay.length)
    expect(sums?.[row]).toBe(sameDay.reduce((sum, one) => sum + Number(one.facts['trigger.discount']), 0))
    const last = earlier[earlier.length - 1]
    expect(minutes?.[row]).toBe(last === undefined ? Number.NaN : Math.floor((at - last.at) / 60_000))
  }
})

it('never makes a feature of what the legacy answered', () => {
  const { cases } = market({ seed: 2, deals: 300, rules: manyKinds.slice(0, 3) })
  const told = featuresOf(caseTable(cases), null)
  const untold = featuresOf(caseTable(cases.map((one) => ({ ...one, legacy: one.candidate, agrees: false }))), null)
  const content = (features: typeof told) => features.map((feature) => [feature.name, [...feature.read(null)]])
  // The candidate's texts keep their labels, whoever else used them.
  const plain = (features: typeof told) => features.filter(({ name }) => !name.startsWith('candidate'))
  expect(content(plain(told))).toEqual(content(plain(untold)))
})
