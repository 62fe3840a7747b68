import type { CandidateLimits, Context } from '../model/context.ts'
import { durationMs } from '../model/duration.ts'
import type { Duration } from '../model/duration.ts'
import { BanyanError } from '../model/errors.ts'

const defaultLimits: CandidateLimits = { timeoutMs: 2_000, concurrency: 16, queue: 256, circuitFailures: 20, circuitOpenMs: 30_000 }

/** Names of the candidate's tools: no projection may hide them. */
const toolNames = ['clock', 'random', 'intend', 'signal', 'parameters']

export const invalid = (context: string, part: string, message: string, hint: string, cause?: unknown): BanyanError =>
  new BanyanError('context-invalid', `context '${context}' ${message}`, {
    where: `${context}.${part}`,
    hint,
    ...(cause === undefined ? {} : { cause }),
  })

/** The milliseconds of one of a context's durations. */
export const checkedMs = (text: Duration, context: string, part: string): number => {
  try {
    return durationMs(text)
  } catch (cause) {
    throw invalid(context, part, `has '${text}' as ${part}`, "write a duration, e.g. '15 min'", cause)
  }
}

/** The given limits over the defaults: 2 s, 16 at a time, 256 waiting, open after 20 failures for 30 s. */
export const limitsOf = (context: string, limits: Partial<CandidateLimits>): CandidateLimits => {
  const all = { ...defaultLimits, ...limits }
  for (const [name, value] of Object.entries(all)) {
    const least = name === 'queue' ? 0 : 1
    if (Number.isFinite(value) && value >= least) continue
    throw invalid(context, `limits.${name}`, `has ${value} as limit ${name}`, `give a number of ${least} or more, or leave it out`)
  }
  return all
}

/**
 * Refuses a context that could not work.
 *
 * @throws BanyanError context-invalid, with the place and what to write instead.
 */
export const checkContext = (context: Context): void => {
  const { name } = context
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw invalid(name, 'name', 'has an unusable name', "use lower case words joined by '-', e.g. 'inventory-promise'")
  if (typeof context.on !== 'string' || context.on === '')
    throw invalid(name, 'on', 'has no trigger', "name an event type, e.g. on: 'order.placed'")
  if (typeof context.legacy.answer !== 'function')
    throw invalid(name, 'legacy.answer', 'cannot find the legacy’s answer', 'give a function')
  if (2 * (context.clockErrorMs ?? 0) > context.settlesWithinMs)
    throw invalid(
      name,
      'clockError',
      'settles before its clocks can',
      'give settlesWithin at least twice of clockError: decisions are looked at when it has passed',
    )
  if (Object.keys(context.legacy.watch).length === 0) {
    throw invalid(
      name,
      'legacy.watch',
      'watches no table',
      'name each table that the legacy writes its answer to, with the key of its rows',
    )
  }
  for (const path of Object.keys(context.compare)) {
    if (path !== '' && !path.startsWith('/'))
      throw invalid(name, `compare['${path}']`, `compares '${path}', which is no JSON Pointer`, `write '/${path}'`)
  }
  for (const [read, projection] of Object.entries(context.reads)) {
    if (toolNames.includes(read))
      throw invalid(name, `reads.${read}`, `names a read '${read}'`, `choose another name: ${toolNames.join(', ')} are tools`)
    if (projection.feed.kind === 'external' && projection.group !== null) {
      throw invalid(name, `reads.${read}`, `groups '${read}', which an external feed fills`, 'leave group out, or use feed: stream()')
    }
  }
}
