import { expect, test } from 'vitest'
import { withinDeadline } from '../../../adapters/log/deadline.ts'

const never = (): Promise<string> => new Promise(() => {})

test('what answers in time is told, also its failure; what does not is cut and rejects', async () => {
  const cuts: string[] = []
  const deadline = { ms: 20, error: () => new TypeError('late'), cut: () => void cuts.push('cut') }
  expect(await withinDeadline(deadline, async () => 'in time')).toBe('in time')
  await expect(withinDeadline(deadline, () => Promise.reject(new RangeError('its own')))).rejects.toThrow('its own')
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(cuts).toEqual([])
  await expect(withinDeadline(deadline, never)).rejects.toThrow('late')
  expect(cuts).toEqual(['cut'])
})
