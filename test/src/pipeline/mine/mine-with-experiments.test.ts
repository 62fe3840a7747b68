import { expect, it } from 'vitest'
import type { Fee } from '../classify/parcels.ts'
import { runPost } from '../classify/parcels.ts'

/** What a parcel costs is no simple function of what it would cost otherwise. */
const fee: Fee = ({ kg, express }, rate) => {
  const plain = kg * rate + Math.floor(kg / 7) * 13
  return plain + (express ? Math.round(plain * 0.37) + (kg > 20 ? 900 : 0) : 0)
}

it('finds that the legacy answers as if an input were another, by trying it', async () => {
  const { rules } = await runPost({
    candidate: fee,
    legacy: (parcel, rate, at) => fee(parcel.zone === 'C' ? { ...parcel, express: false } : parcel, rate, at),
    parcels: 2000,
  })
  expect(rules.map(({ predicate, effect }) => ({ predicate, effect }))).toEqual([
    {
      predicate: [{ kind: 'in', feature: 'trigger.zone', values: ['C'] }],
      effect: [{ kind: 'as-if', path: '/cents', changes: [{ input: 'trigger.express', to: 'value', value: false }] }],
    },
  ])
  expect(rules[0]?.words).toBe('When zone is C, legacy answers cents as the candidate does if express is false.')
  expect(rules[0]?.replay.broken).toBe(0)
})

it('finds nothing of the kind where a simpler effect explains all', async () => {
  const { rules } = await runPost({
    candidate: fee,
    legacy: (parcel, rate, at) => fee(parcel, rate, at) + (parcel.zone === 'D' && parcel.express ? 250 : 0),
    parcels: 2000,
  })
  expect(rules.map(({ effect }) => effect)).toEqual([[{ kind: 'add', path: '/cents', value: 250 }]])
})
