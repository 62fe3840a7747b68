import { setTimeout as sleep } from 'node:timers/promises'
import process from 'node:process'
import { expect, test } from 'vitest'
import type { Draw } from '../../../support/history/draw.ts'
import { drawFrom } from '../../../support/history/draw.ts'
import type { Arena } from './arena.ts'

/** Something that breaks, and is whole again when it resolves. */
interface Fault {
  readonly name: string
  /** Has nothing to do with the kind of legacy server: tried with one of them, and with all in the soak. */
  readonly isAnyLegacys?: true
  readonly strike: (arena: Arena, draw: Draw) => Promise<void>
}

const isSoak = process.env['BANYAN_SOAK'] !== undefined
const rounds = isSoak ? Number(process.env['BANYAN_SOAK_ROUNDS'] ?? 50) : 3

/** A seed makes the whole run again, as far as the machine's own chance allows. */
export const seed = Number(process.env['BANYAN_SEED'] ?? Math.floor(Math.random() * 1_000_000))

const instant = (draw: Draw, withinMs: number): Promise<void> => sleep(draw.below(withinMs))

const faults: readonly Fault[] = [
  { name: 'kill -9 of Banyan', isAnyLegacys: true, strike: ({ supervisor }) => supervisor.kill() },
  {
    name: 'kill -9 of the legacy server',
    strike: async ({ legacy }) => {
      await legacy.kill()
      await legacy.restart()
    },
  },
  { name: `kill -9 of the store's server`, isAnyLegacys: true, strike: ({ killStore }) => killStore() },
  { name: 'a connection that is cut', strike: async ({ proxy }) => proxy.cut() },
  { name: 'a connection that is half open', strike: async ({ proxy }) => proxy.halfOpen() },
  {
    name: 'a network that stands still and goes on',
    strike: async ({ proxy }, draw) => {
      proxy.stall()
      await instant(draw, 400)
      proxy.goOn()
    },
  },
  {
    name: 'a slow network',
    isAnyLegacys: true,
    strike: async ({ proxy }, draw) => {
      proxy.delay(1 + draw.below(40))
      await instant(draw, 400)
      proxy.delay(0)
    },
  },
  { name: 'rotation of the log', strike: ({ legacy }) => legacy.rotate() },
  {
    name: 'a schema change',
    strike: async ({ workload }, draw) => {
      await workload.addColumn()
      await instant(draw, 150)
      await workload.dropColumn()
    },
  },
]

/** Registers each kind of fault, several times over at instants that nobody chose, and after each kind a check of the whole history. */
export const faultCases = (arena: () => Arena, { isFirst }: { readonly isFirst: boolean }): void => {
  test.each(faults.filter(({ isAnyLegacys = false }) => isFirst || isSoak || !isAnyLegacys))(
    `$name (${rounds} times, seed ${seed}): nothing lost, nothing doubled, order kept`,
    { timeout: 60_000 + rounds * 30_000 },
    async ({ name, strike }) => {
      const draw = drawFrom([...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, seed))
      for (let round = 0; round < rounds; round += 1) {
        await instant(draw, 150)
        await strike(arena(), draw)
        await arena().goesOn()
        expect(arena().supervisor.takeUnexplained(), `round ${round}`).toEqual([])
      }
      await arena().check()
    },
  )
}
