import { parentPort, workerData } from 'node:worker_threads'
import type { Context } from '../../model/context.ts'
import { replayLines } from '../../pipeline/replay.ts'
import { readArchiveHeader } from '../../pipeline/replay/archived-decision.ts'
import { failureOf } from '../failure.ts'
import type { FromWorker, ReplayJob, ToWorker } from './job.ts'
import { contextOf } from './job.ts'
import type { ArchiveFile } from './ranges.ts'
import { openArchive } from './ranges.ts'

const job = workerData as ReplayJob
const counter = new Int32Array(job.counter)
const say = (message: FromWorker): void => parentPort?.postMessage(message)
// The main thread ends a worker; it never stops by itself.
const { signal } = new AbortController()

const replayRange = (context: Context, archive: ArchiveFile, { range }: ToWorker): ReturnType<typeof replayLines> =>
  replayLines({
    context,
    source: readArchiveHeader(archive.header().text, job.file).source,
    basis: job.basis,
    file: job.file,
    lines: archive.lines(range),
    signal,
    onReplayed: () => Atomics.add(counter, 0, 1),
  })

try {
  const context = await contextOf(job)
  const archive = openArchive(job.file)
  parentPort?.on('message', (message: ToWorker) => {
    replayRange(context, archive, message).then(
      (tally) => say({ kind: 'counted', tally }),
      (error: unknown) => say({ kind: 'failed', failure: failureOf(error) }),
    )
  })
  say({ kind: 'ready', candidateVersion: context.candidateVersion })
} catch (error) {
  say({ kind: 'failed', failure: failureOf(error) })
}
