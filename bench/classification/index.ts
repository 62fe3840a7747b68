import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { Figure } from '../figure.ts'
import { writeArchive } from './archive.ts'

interface Ran {
  readonly decisions: number
  readonly ms: number
  readonly cpuMs: number
  readonly rssMiB: number
  readonly found: Readonly<Record<string, number>>
}

const scales = [10_000, 100_000, 1_000_000]
const runProcess = join(import.meta.dirname, 'run-process.ts')

const ran = async (decisions: number): Promise<Ran> => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-classification-'))
  try {
    const file = join(folder, 'archive.ndjson')
    writeArchive(file, decisions)
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-semi-space-size=64', runProcess, file])
    return JSON.parse(stdout) as Ran
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const words = ({ decisions, ms, cpuMs, found }: Ran): string =>
  `${decisions.toLocaleString('en')} decisions and as many versions read from a file, replayed as of the legacy's commit and classified in ${(ms / 1_000).toFixed(1)} s (${(cpuMs / 1_000).toFixed(1)} s of processor): ${Object.entries(
    found,
  )
    .map(([cause, count]) => `${cause} ${count}`)
    .join(', ')}`

/** How fast an archive on disk is classified: one process, one thread, an async candidate of about two microseconds with one read. */
export async function* run(): AsyncGenerator<Figure, undefined> {
  const figure = (name: string, value: number, unit: string, context: string): Figure => ({
    name,
    value,
    unit,
    peer: null,
    peerValue: null,
    ratio: null,
    context,
  })
  for (const [at, decisions] of scales.entries()) {
    const told = await ran(decisions)
    const suffix = at === scales.length - 1 ? '' : `.1e${Math.log10(decisions)}`
    yield figure(`classify.decisionsPerSecond${suffix}`, (1_000 * told.decisions) / told.ms, 'decisions/s', words(told))
    const byProcessor = (1_000 * told.decisions) / told.cpuMs
    yield figure(
      `classify.decisionsPerCpuSecond${suffix}`,
      byProcessor,
      'decisions/s',
      'the same by processor time, that of helping threads included',
    )
    yield figure(`classify.rssMiB${suffix}`, told.rssMiB, 'MiB', 'what the process held at the end')
  }
}
