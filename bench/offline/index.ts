import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { Figure } from '../figure.ts'
import { writeRecording } from './recording.ts'

interface Ran {
  readonly decisions: number
  readonly ms: number
  readonly readMs: number
  readonly rssMiB: number
}

const scales = [10_000, 100_000, 1_000_000]
const whole = 1_000_000
const runProcess = join(import.meta.dirname, 'run-process.ts')

const ran = async (decisions: number): Promise<Ran> => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-offline-'))
  try {
    const files = { transactions: join(folder, 'transactions.ndjson'), deliveries: join(folder, 'deliveries.ndjson') }
    writeRecording(files, decisions)
    const { stdout } = await promisify(execFile)(process.execPath, [runProcess, files.transactions, files.deliveries], {
      maxBuffer: 1 << 24,
    })
    return JSON.parse(stdout) as Ran
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const words = ({ decisions, ms, readMs }: Ran): string =>
  `${decisions.toLocaleString('en')} decisions from files to the night in ${(ms / 1_000).toFixed(1)} s, ${(readMs / 1_000).toFixed(1)} s of them reading and classifying; three changes and two delivery lines a decision, one in ten diverges`

/** How fast recordings become a night: everything from the two files to verdicts, rules and report, in one process. */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  const figure = (name: string, value: number, unit: string, context: string): Figure => ({
    name,
    value,
    unit,
    peer: null,
    peerValue: null,
    ratio: null,
    context,
  })
  for (const decisions of scales) {
    if (decisions === whole && options.includes('--quick')) return
    const told = await ran(decisions)
    const suffix = decisions === whole ? '' : `.1e${Math.log10(decisions)}`
    yield figure(`offline.decisionsPerSecond${suffix}`, (1_000 * told.decisions) / told.ms, 'decisions/s', words(told))
    yield figure(`offline.rssMiB${suffix}`, told.rssMiB, 'MiB', 'the most memory that the process held')
  }
}
