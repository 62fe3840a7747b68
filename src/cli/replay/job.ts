import { contextName } from '../../model/ids.ts'
import type { Context } from '../../model/context.ts'
import { BanyanError } from '../../model/errors.ts'
import { nearNames } from '../../model/near-names.ts'
import type { ReplayBasis } from '../../pipeline/replay/replay-one.ts'
import type { Tally } from '../../pipeline/replay/tally.ts'
import { loadConfig } from '../load-config.ts'
import type { Failure } from '../failure.ts'
import { contextWith } from './load-candidate.ts'
import type { ByteRange } from './ranges.ts'

/** What every worker is told when it is started. */
export interface ReplayJob {
  readonly cwd: string
  readonly config: string | null
  readonly context: string
  /** Null: the config's own. */
  readonly candidate: string | null
  readonly basis: ReplayBasis
  readonly file: string
  /** One counter of replayed decisions, moved while the worker is busy. */
  readonly counter: SharedArrayBuffer
}

export type ToWorker = { readonly kind: 'replay'; readonly range: ByteRange }
export type FromWorker =
  | { readonly kind: 'ready'; readonly candidateVersion: string }
  | { readonly kind: 'counted'; readonly tally: Tally }
  | { readonly kind: 'failed'; readonly failure: Failure }

/**
 * The context of a job, with the job's candidate in it.
 *
 * @throws BanyanError config-*, usage.
 */
export const contextOf = async (job: Pick<ReplayJob, 'cwd' | 'config' | 'context' | 'candidate'>): Promise<Context> => {
  const { pipeline } = await loadConfig({ cwd: job.cwd, path: job.config })
  const name = contextName(job.context)
  const context = pipeline.contexts.find((one) => one.name === name)
  if (context !== undefined) return contextWith(context, job.candidate, job.cwd)
  const known = pipeline.contexts.map((one) => one.name)
  const near = nearNames(job.context, known)
  throw new BanyanError('usage', `the config has no context ${job.context}`, {
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known: ${known.join(', ')}`,
  })
}
