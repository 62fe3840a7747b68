import { describe, expect, it } from 'vitest'
import { compileComparison } from '../../../src/diff/compare.ts'
import { toleranceRules } from '../../../src/diff/describe.ts'
import { normaliserNames } from '../../../src/diff/normalisers.ts'
import type { NormaliserName } from '../../../src/diff/normalisers.ts'
import { currency, exact, ignore, keyed, normalised, tolerance, within } from '../../../src/diff/tolerance.ts'
import type { Comparison, Tolerance } from '../../../src/model/comparison.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'

const compare = (comparison: Comparison, legacy: Data, candidate: Data) => compileComparison(comparison)(legacy, candidate)
const accepts = (one: Tolerance, legacy: Data, candidate: Data): boolean => compare({ '': one }, legacy, candidate).length === 0

describe('currency', () => {
  it('knows the minor units of ISO 4217', () => {
    expect(accepts(currency('EUR'), '10.00', '10.01')).toBe(true)
    expect(accepts(currency('EUR'), '10.00', '10.0100001')).toBe(false)
    expect(accepts(currency('JPY'), 1_000, 1_001)).toBe(true)
    expect(accepts(currency('JPY'), '1000', '1001.01')).toBe(false)
    expect(accepts(currency('KWD'), '1.000', '1.001')).toBe(true)
    expect(accepts(currency('KWD'), '1.00', '1.01')).toBe(false)
    expect(accepts(currency('CLF'), '1', '1.0001')).toBe(true)
    expect(accepts(currency('EUR', { minorUnits: '0.5' }), '1.005', '1.01')).toBe(true)
    expect(accepts(currency('EUR', { minorUnits: '0.5' }), '1.004', '1.01')).toBe(false)
    expect(() => currency('EURO')).toThrow(/not a tolerance/)
  })

  it('takes the code from the field beside the amount, where both sides name the same', () => {
    const setting = { '/lines': keyed('n'), '/lines/*/price': currency({ field: 'cur' }) }
    const of = (cur: Data, price: string): Data => ({ lines: [{ n: 1, cur, price }] })
    expect(compare(setting, of('EUR', '1.00'), of('EUR', '1.01'))).toEqual([])
    expect(compare(setting, of('JPY', '100.0'), of('JPY', '101.0'))).toEqual([])
    expect(compare(setting, of('EUR', '100.0'), of('EUR', '101.0'))).toMatchObject([{ path: '/lines/1/price' }])
    expect(compare(setting, of('EUR', '1.00'), of('USD', '1.01'))).toHaveLength(2)
    expect(compare(setting, of('???', '1.00'), of('???', '1.01'))).toHaveLength(1)
    expect(compare(setting, of(null, '1.00'), of(null, '1.01'))).toHaveLength(1)
  })
})

describe('one side only', () => {
  it('accepts more and not less, later and not earlier', () => {
    expect(accepts(within('0.05', { only: 'above' }), '1.00', '1.05')).toBe(true)
    expect(accepts(within('0.05', { only: 'above' }), '1.00', '0.99')).toBe(false)
    expect(accepts(within('0.05', { only: 'below' }), '1.00', '0.95')).toBe(true)
    expect(accepts(tolerance('10 %', { only: 'below' }), 100, 90)).toBe(true)
    expect(accepts(tolerance('10 %', { only: 'below' }), 90, 100)).toBe(false)
    expect(accepts(tolerance('1 s', { only: 'above' }), '2026-03-01T09:30:00Z', '2026-03-01T09:30:01Z')).toBe(true)
    expect(accepts(tolerance('1 s', { only: 'above' }), '2026-03-01T09:30:00Z', '2026-03-01T09:29:59Z')).toBe(false)
    expect(accepts(currency('EUR', { only: 'above' }), -1, '-1.01')).toBe(false)
  })
})

describe('shares and times', () => {
  it('computes shares without floating point', () => {
    expect(accepts(tolerance('0.7 %'), '1000', '993')).toBe(true)
    expect(accepts(tolerance('0.7 %'), '1000', '992.9999999999999999')).toBe(false)
  })

  it('reads days, clocks and zones, and refuses what no calendar has', () => {
    expect(accepts(tolerance('1 d'), '2026-02-28', '2026-03-01')).toBe(true)
    expect(accepts(tolerance('1 d'), '2028-02-28', '2028-03-01')).toBe(false)
    expect(accepts(tolerance('1 min'), '09:30', '09:31:00')).toBe(true)
    expect(accepts(tolerance('1 min'), '2026-02-30', '2026-03-02')).toBe(false)
    expect(accepts(tolerance('1 min'), '2026-03-01T25:00:00Z', '2026-03-02T01:00:00Z')).toBe(false)
    expect(accepts(tolerance('0 s'), '2026-03-01T09:30:00.5+05:30', '2026-03-01T04:00:00.500000000Z')).toBe(true)
    expect(accepts(tolerance('0 s'), '2026-03-01T09:30:00.000000001Z', '2026-03-01T09:30:00Z')).toBe(false)
    expect(accepts(tolerance('0 s'), 1_772_357_400_000, '2026-03-01T09:30:00Z')).toBe(true)
  })

  it('reads wall clocks in a declared zone, through summer time', () => {
    const berlin = tolerance('0 s', { zone: 'Europe/Berlin' })
    expect(accepts(berlin, '2026-01-15T12:00:00', '2026-01-15T11:00:00Z')).toBe(true)
    expect(accepts(berlin, '2026-07-15T12:00:00', '2026-07-15T10:00:00Z')).toBe(true)
    expect(accepts(berlin, '2026-07-15T12:00:00', '2026-07-15T11:00:00Z')).toBe(false)
    // The hour that comes twice may be either.
    expect(accepts(berlin, '2026-10-25T02:30:00', '2026-10-25T00:30:00Z')).toBe(true)
    expect(accepts(berlin, '2026-10-25T02:30:00', '2026-10-25T01:30:00Z')).toBe(true)
    expect(accepts(berlin, '2026-10-25T02:30:00', '2026-10-25T02:30:00Z')).toBe(false)
    expect(() => tolerance('0 s', { zone: 'Mars/Base' })).toThrow(/not a tolerance/)
  })
})

describe('normalisers', () => {
  const same: Readonly<Record<NormaliserName, readonly (readonly [Data, Data])[]>> = {
    trim: [['W1  ', 'W1']],
    spaces: [[' Main  street\t1', 'Main street 1']],
    case: [['Paid', 'PAID']],
    nfc: [['e\u0301', '\u00e9']],
    punctuation: [['01-234/5', '012345']],
    empty: [[null, '  ']],
    decimal: [
      ['1.50', 1.5],
      ['+0.0', 0n],
      ['-1.20', '-1.2'],
      ['1e2', 100],
    ],
    instant: [['2026-03-01T09:30:00Z', '2026-03-01T10:30:00.000+01:00']],
    boolean: [
      ['Y', true],
      ['0', false],
      [1, 'true'],
    ],
  }

  it('are listed, and each makes equal what it says and nothing else', () => {
    expect(normaliserNames.toSorted()).toEqual(Object.keys(same).sort())
    for (const name of normaliserNames) {
      for (const [legacy, candidate] of same[name])
        expect({ name, is: accepts(normalised(name), legacy, candidate) }).toEqual({ name, is: true })
      expect(accepts(normalised(name), 'alpha', 'omega')).toBe(false)
      expect(accepts(exact, same[name][0]?.[0] ?? null, same[name][0]?.[1] ?? null)).toBe(false)
    }
  })

  it('work one after the other, and may be one’s own', () => {
    expect(accepts(normalised(['trim', 'case']), ' Paid', 'PAID ')).toBe(true)
    const codes = { name: 'status codes', apply: (data: Data, side: string): Data => (side === 'legacy' && data === 'A' ? 'ACTIVE' : data) }
    expect(accepts(normalised(codes), 'A', 'ACTIVE')).toBe(true)
    expect(accepts(normalised(codes), 'ACTIVE', 'A')).toBe(false)
    const failing = { name: 'failing', apply: (): Data => JSON.parse('{') as Data }
    expect(accepts(normalised(failing), 'A', 'B')).toBe(false)
    expect(() => normalised('upper' as NormaliserName)).toThrow(/not a tolerance/)
  })

  it('take a missing field for an empty one only where that is said', () => {
    expect(compare({ '/note': normalised('empty') }, { note: ' ' }, {})).toEqual([])
    expect(compare({ '/note': normalised('empty') }, {}, { note: null })).toEqual([])
    expect(compare({ '/note': normalised('empty') }, {}, { note: 'x' })).toMatchObject([{ kind: 'extra' }])
    expect(compare({ '/note': normalised('trim') }, {}, { note: null })).toMatchObject([{ kind: 'extra' }])
  })
})

describe('paths', () => {
  it('reach any depth with **, and the more exact one holds', () => {
    const setting = { '/**/at': ignore('clock'), '/a/at': exact, '/b/**': within(1), '/b/c': exact }
    const of = (value: number): Data => ({
      at: value,
      a: { at: value },
      x: [{ at: value, y: { at: value } }],
      b: { c: value, d: { e: [value] } },
    })
    expect(compare(setting, of(1), of(2)).map(({ path }) => path)).toEqual(['/a/at', '/b/c'])
    expect(compare({ '/**': within(1) }, of(1), of(2))).toEqual([])
    expect(compare({ '/**': within(1), '/**/e/*': exact }, of(1), of(2)).map(({ path }) => path)).toEqual(['/b/d/e/0'])
  })

  it('stay affordable with many **', () => {
    const deep = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`/**/a${at}/**/b${at}/**/c`, exact]))
    expect(() => compileComparison(deep)).toThrow(/too many places/)
  })
})

describe('terms', () => {
  const until = '2027-03-01'
  const setting: Comparison = {
    '/a': within(1, { reason: 'rounds per line', owner: 'billing', until }),
    '/b': normalised('case', { until }),
    '/c': tolerance('1 s', { until }),
    '/d': currency('EUR', { until }),
    '/e': ignore('clock', { until }),
  }
  const legacy = { a: 1, b: 'x', c: '2026-03-01T00:00:00Z', d: '1.00', e: 1 }
  const candidate = { a: 2, b: 'X', c: '2026-03-01T00:00:01Z', d: '1.01', e: 2 }

  it('end every kind of tolerance on its day', () => {
    const once = compileComparison(setting)
    expect(once(legacy, candidate, epochMs(Date.parse('2027-02-28T23:59:59Z')))).toEqual([])
    expect(once(legacy, candidate, epochMs(Date.parse('2027-03-01T00:00:00Z')))).toHaveLength(5)
    expect(once(legacy, candidate)).toEqual([])
  })

  it('are listed in words, with those who answer for them', () => {
    expect(toleranceRules(setting).map(({ path, words }) => `${path} ${words}`)).toEqual([
      '/a amounts up to 1 apart',
      '/b equal once normalised: case',
      '/c times up to 1000 ms apart',
      '/d amounts up to 1 minor unit of EUR apart',
      '/e not compared',
    ])
    expect(toleranceRules(setting)[0]).toMatchObject({ kind: 'absolute', reason: 'rounds per line', owner: 'billing', until })
    expect(toleranceRules({ '/x': keyed('id'), '/y': exact })).toEqual([])
  })

  it('refuse a day that is none', () => {
    expect(() => within(1, { until: 'soon' })).toThrow(/not a tolerance/)
  })
})
