import { BanyanError } from '../../model/errors.ts'
import type { EpochMs } from '../../model/ids.ts'
import { nearNames } from '../../model/near-names.ts'
import type { DeliveryLine, DeliverySource } from '../../ports/delivery-source.ts'
import type { ContextRun } from './context-run.ts'

/** Hands recorded deliveries to the contexts that they are of, as far as they have been asked for. */
export interface DeliveryReader {
  /** Takes all lines up to an instant. */
  readonly upTo: (at: EpochMs) => Promise<void>
}

const nobody: readonly ContextRun[] = []

export const createDeliveryReader = (source: DeliverySource, runs: readonly ContextRun[], signal: AbortSignal): DeliveryReader => {
  const parts = source.read(signal)[Symbol.asyncIterator]()
  const byProjection = projectionsOf(runs)
  const byContext = new Map(runs.map((run) => [run.context.name as string, run]))
  let part: readonly DeliveryLine[] = []
  let next = 0
  let isEnded = false

  const hand = (line: DeliveryLine): void => {
    if (line.kind === 'decided') {
      const run = byContext.get(line.context)
      if (run === undefined) throw unknown(source, line, `context '${line.context}'`, line.context, [...byContext.keys()])
      run.take(line)
      return
    }
    const receivers = byProjection.get(line.projection) ?? nobody
    if (receivers.length === 0) throw unknown(source, line, `projection '${line.projection}'`, line.projection, [...byProjection.keys()])
    const projection = line.projection.slice(line.projection.indexOf('/') + 1)
    const own = projection === line.projection ? line : { ...line, projection }
    for (const run of receivers) run.take(own)
  }
  return {
    upTo: async (at) => {
      for (;;) {
        for (let line = part[next]; line !== undefined; line = part[next]) {
          if (line.at > at) return
          next += 1
          hand(line)
        }
        if (isEnded) return
        const read = await parts.next()
        isEnded = read.done === true
        part = read.done === true ? [] : read.value
        next = 0
      }
    },
  }
}

/** A projection is named alone, or after its context. */
const projectionsOf = (runs: readonly ContextRun[]): ReadonlyMap<string, readonly ContextRun[]> => {
  const found = new Map<string, ContextRun[]>()
  for (const run of runs) {
    for (const name of Object.keys(run.context.reads)) {
      found.set(`${run.context.name}/${name}`, [run])
      found.set(name, [...(found.get(name) ?? []), run])
    }
  }
  return found
}

const unknown = (source: DeliverySource, line: DeliveryLine, what: string, name: string, known: readonly string[]): BanyanError => {
  const near = nearNames(name, known)
  return new BanyanError('fixture-invalid', `the config has no ${what}`, {
    where: line.line === undefined ? source.name : `${source.name}:${line.line}`,
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known: ${known.join(', ')}`,
  })
}
