import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { BanyanError } from '../../model/errors.ts'
import type { ArchiveHeader } from '../../pipeline/replay/archived-decision.ts'
import { readArchiveHeader } from '../../pipeline/replay/archived-decision.ts'
import type { Tally } from '../../pipeline/replay/tally.ts'
import { createTally, mergeTally } from '../../pipeline/replay/tally.ts'
import type { FromWorker, ReplayJob, ToWorker } from './job.ts'
import type { ByteRange } from './ranges.ts'
import { openArchive, rangesOf } from './ranges.ts'

export interface ReplayFileInput {
  readonly job: Omit<ReplayJob, 'counter'>
  readonly workers: number
  /** A worker that replays nothing for so long has a candidate that does not come back. */
  readonly stallMs: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly decisions: number; readonly share: number }) => void
}

export interface ReplayedFile {
  readonly header: ArchiveHeader
  readonly tally: Tally
  readonly candidateVersion: string
}

/**
 * Replays an archive file on several threads, each taking the next part of the file when it is done with one. Memory is bounded, whatever
 * the file's size.
 *
 * @throws BanyanError fixture-invalid, config-*, usage, candidate-shape for a candidate that hangs; the reason of an aborted signal.
 */
export const replayFile = async (input: ReplayFileInput): Promise<ReplayedFile> => {
  const { file } = input.job
  using archive = openArchive(file)
  const { text, next } = archive.header()
  const header = readArchiveHeader(text, file)
  const ranges = rangesOf(statSync(file).size, next, input.workers)
  const counters = Array.from({ length: Math.max(1, Math.min(input.workers, ranges.length)) }, () => new SharedArrayBuffer(4))
  const tally = createTally()
  const queue = ranges.values()
  const done = { ranges: 0 }
  const versions = new Set<string>()
  const stop = new AbortController()
  const report = setInterval(() => {
    const decisions = counters.reduce((sum, counter) => sum + Atomics.load(new Int32Array(counter), 0), 0)
    input.onProgress({ decisions, share: ranges.length === 0 ? 1 : done.ranges / ranges.length })
  }, progressMs)
  try {
    const signal = AbortSignal.any([input.signal, stop.signal])
    await Promise.all(
      counters.map((counter) =>
        runWorker({
          job: { ...input.job, counter },
          queue,
          stallMs: input.stallMs,
          signal,
          onReady: (version) => versions.add(version),
          onCounted: (part) => {
            done.ranges += 1
            mergeTally(tally, part)
          },
        }),
      ),
    )
  } finally {
    clearInterval(report)
    stop.abort()
  }
  return { header, tally, candidateVersion: [...versions].join(', ') }
}

const progressMs = 500
/** The same file, in TypeScript from a checkout and in JavaScript from a package. */
const workerFile = new URL(import.meta.filename.endsWith('.ts') ? './replay-worker.ts' : './replay-worker.js', import.meta.url)

/** Nothing of a decision outlives its replay: in a larger young generation it is gone before anybody has to copy it. */
const youngMb = 96

interface WorkerInput {
  readonly job: ReplayJob
  readonly queue: Iterator<ByteRange, undefined>
  readonly stallMs: number
  readonly signal: AbortSignal
  readonly onReady: (candidateVersion: string) => void
  readonly onCounted: (tally: Tally) => void
}

/** One thread from its start until there is no part left. */
const runWorker = async (input: WorkerInput): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const worker = new Worker(workerFile, { workerData: input.job, resourceLimits: { maxYoungGenerationSizeMb: youngMb } })
  const stop = (): void => reject(input.signal.reason)
  const watch = watchProgress(input, reject)
  input.signal.addEventListener('abort', stop, { once: true })
  const advance = (): void => {
    const next = input.queue.next()
    if (next.done === true) resolve()
    else worker.postMessage({ kind: 'replay', range: next.value } satisfies ToWorker)
  }
  worker.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'ready':
        input.onReady(message.candidateVersion)
        return advance()
      case 'counted':
        input.onCounted(message.tally)
        return advance()
      case 'failed': {
        const { code, what, hint, where, retryable } = message.failure
        return reject(new BanyanError(code, what, { hint, retryable, ...(where === null ? {} : { where }) }))
      }
      default:
        return message satisfies never
    }
  })
  worker.on('error', reject)
  worker.on('exit', (code) => reject(new BanyanError('internal', `a replay thread ended with ${code}`, { hint: 'report this' })))
  try {
    if (input.signal.aborted) stop()
    await promise
  } finally {
    watch.stop()
    input.signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

/** A candidate that never yields to the event loop cannot be timed out from inside, but its thread can be ended. */
const watchProgress = ({ job, stallMs }: WorkerInput, fail: (error: BanyanError) => void): { readonly stop: () => void } => {
  const counter = new Int32Array(job.counter)
  let seen = -1
  let since = performance.now()
  const timer = setInterval(
    () => {
      const count = Atomics.load(counter, 0)
      if (count !== seen) [seen, since] = [count, performance.now()]
      else if (performance.now() - since > stallMs) {
        fail(
          new BanyanError('candidate-shape', `the candidate has not come back for ${Math.round(stallMs / 1000)} s`, {
            where: job.candidate ?? job.context,
            hint: 'it does not yield to the event loop, so that its time-out cannot end it; look for a loop without an end',
          }),
        )
      }
    },
    Math.min(1_000, stallMs / 4),
  )
  return { stop: () => clearInterval(timer) }
}
