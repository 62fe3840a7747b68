import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/model/ids.ts'
import { createCircuit } from '../../../src/shadow/circuit.ts'
import { createConcurrency } from '../../../src/shadow/concurrency.ts'
import { createDueHeap } from '../../../src/shadow/due-heap.ts'
import { seededRandom } from '../../../src/shadow/random.ts'

describe('circuit', () => {
  it('opens after failures in a row, lets one trial through after its time, and closes when that succeeds', () => {
    const circuit = createCircuit({ circuitFailures: 2, circuitOpenMs: 100 })
    circuit.failed(epochMs(0))
    circuit.succeeded()
    circuit.failed(epochMs(1))
    expect(circuit.admits(epochMs(2))).toBe(true)
    circuit.failed(epochMs(2))
    expect(circuit.admits(epochMs(101))).toBe(false)
    expect(circuit.admits(epochMs(102))).toBe(true)
    expect(circuit.admits(epochMs(103))).toBe(false)
    circuit.failed(epochMs(104))
    expect(circuit.admits(epochMs(203))).toBe(false)
    expect(circuit.admits(epochMs(204))).toBe(true)
    circuit.succeeded()
    expect(circuit.state(epochMs(205))).toBe('closed')
  })

  it('tries again when a trial never comes back', () => {
    const circuit = createCircuit({ circuitFailures: 1, circuitOpenMs: 100 })
    circuit.failed(epochMs(0))
    expect(circuit.admits(epochMs(100))).toBe(true)
    expect(circuit.admits(epochMs(199))).toBe(false)
    expect(circuit.admits(epochMs(200))).toBe(true)
  })
})

describe('concurrency', () => {
  it('never runs more than allowed, in order, and says when there is room', async () => {
    const places = createConcurrency({ concurrency: 2, queue: 1 })
    const started: number[] = []
    const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<number>())
    const task = (index: number) => () => {
      started.push(index)
      return ends[index]?.promise ?? Promise.resolve(-1)
    }
    const results = [places.run(task(0)), places.run(task(1)), places.run(task(2))]
    expect([started, places.running(), places.waiting()]).toEqual([[0, 1], 2, 1])
    await expect(places.run(task(3))).rejects.toThrow(/more candidate runs/)
    let hasRoom = false
    const room = places.room().then(() => {
      hasRoom = true
    })
    await Promise.resolve()
    expect(hasRoom).toBe(false)
    ends[1]?.reject(new Error('one failed'))
    await expect(results[1]).rejects.toThrow('one failed')
    await room
    expect(started).toEqual([0, 1, 2])
    for (const end of ends) end.resolve(7)
    await places.idle()
    expect([await results[0], await results[2], places.running()]).toEqual([7, 7, 0])
  })
})

it('takes due items in order of time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (times, until) => {
      const heap = createDueHeap<number>()
      for (const time of times) heap.add(time, time)
      const taken: number[] = []
      for (let item = heap.takeBefore(until); item !== undefined; item = heap.takeBefore(until)) taken.push(item)
      expect(taken).toEqual(times.filter((time) => time < until).sort((a, b) => a - b))
      expect(heap.size()).toBe(times.length - taken.length)
    }),
  )
})

it('draws evenly', () => {
  const random = seededRandom('seed')
  const counts = new Array<number>(10).fill(0)
  for (let draw = 0; draw < 10_000; draw++) {
    const bucket = Math.floor(random() * 10)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})
