import { expect, test } from 'vitest'
import type { Logic } from '../../../src/model/context.ts'
import type { Data } from '../../../src/model/value.ts'
import type { PolicyStatement } from '../../../src/shadow/policy-logic.ts'
import { policyLogic } from '../../../src/shadow/policy-logic.ts'

const candidate: Logic = (input) => ({ qty: (input as { readonly qty: number }).qty, node: 'N1' })

const says = (policy: readonly PolicyStatement[], input: Data): Promise<unknown> =>
  Promise.resolve(policyLogic(policy, candidate)(input, {} as never, {}, {} as never))

test('of several statements the first that applies counts, and its fields stand in the candidate’s answer', async () => {
  const policy: readonly PolicyStatement[] = [
    { name: 'partners are capped', when: { '/channel': 'PRT', '/qty': { atLeast: 5 } }, says: { '/qty': 5 } },
    { name: 'stores and partners are served as they are', when: { '/channel': { in: ['PRT', 'STO'] } }, says: {} },
  ]
  expect(await says(policy, { channel: 'PRT', qty: 9 })).toEqual({ qty: 5, node: 'N1' })
  expect(await says(policy, { channel: 'PRT', qty: 4 })).toEqual({ qty: 4, node: 'N1' })
  expect(await says(policy, { channel: 'WEB', qty: 9 })).toBeUndefined()
})

test('bounds hold for exact decimals too, and nothing holds for a field that is not there', async () => {
  const policy: readonly PolicyStatement[] = [{ name: 'dear', when: { '/price': { atLeast: 10, atMost: 20 } }, says: { '/node': null } }]
  expect(await says(policy, { price: '12.50', qty: 1 })).toEqual({ qty: 1, node: null })
  expect(await says(policy, { price: 'NaN', qty: 1 })).toBeUndefined()
  expect(await says(policy, { qty: 1 })).toBeUndefined()
})
