import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Figure } from '../figure.ts'
import type { Measured } from './measured.ts'
import type { WorkloadName } from './workloads.ts'

const script = join(import.meta.dirname, 'mine-process.ts')

/** In a process of its own, so that its memory is the miner's and the table's, and one run does not warm up the next. */
const measure = async (workload: WorkloadName, rows: number): Promise<Measured> => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, workload, String(rows), '1'], { maxBuffer: 1 << 24 })
  const measured = JSON.parse(stdout) as Measured
  const { seconds, cpuSeconds, peakBytes, found, planted, untrue } = measured
  const cells = [
    workload,
    rows,
    seconds.toFixed(1),
    cpuSeconds.toFixed(1),
    Math.round(peakBytes / 2 ** 20),
    `${found.length} of ${planted}`,
    untrue.length,
  ]
  console.error(`| ${cells.join(' | ')} |`)
  return measured
}

const figure = (
  name: string,
  unit: string,
  value: number,
  context: string,
  peer: string | null = null,
  peerValue: number | null = null,
): Figure => ({
  name,
  unit,
  value,
  peer,
  peerValue,
  ratio: peerValue === null || value === 0 ? null : unit === 's' ? peerValue / value : value / peerValue,
  context,
})

const peer = 'pysubgroup'
/** Its best setting on a table of the same make, on another day: nothing here is measured side by side. */
const peerSeconds = 135
const peerFound = 2

/**
 * How long the miner takes, from the filled case table to rules with all that is told of them, and what it finds of what
 * was planted. Six rules each; the tables are made anew from a seed.
 */
export async function* run(): AsyncGenerator<Figure, undefined> {
  console.error('| workload | decisions | s | CPU s | MB | found | untrue |')
  const encoded = 'fifty encoded columns, nothing derived; one core; with the table'
  for (const rows of [10_000, 100_000, 1_000_000]) {
    const { seconds, peakBytes, found, untrue } = await measure('encoded', rows)
    const name = `1e${Math.log10(rows)}x50`
    yield figure(`mine.seconds.${name}`, 's', seconds, encoded)
    if (rows < 1_000_000) continue
    yield figure(`mine.memory.${name}`, 'MB', Math.round(peakBytes / 2 ** 20), encoded)
    yield figure(`mine.found.${name}`, 'of 6', found.length, encoded)
    yield figure(`mine.untrue.${name}`, 'rules', untrue.length, encoded)
  }
  const raw = 'fifty raw columns with every derived feature; one core; with the table'
  const derived = await measure('raw', 1_000_000)
  yield figure('mine.seconds.raw.1e6x50', 's', derived.seconds, raw)
  yield figure('mine.memory.raw.1e6x50', 'MB', Math.round(derived.peakBytes / 2 ** 20), raw)
  yield figure('mine.found.raw.1e6x50', 'of 6', derived.found.length, raw)
  const pooled = await measure('pooled', 100_000)
  const table =
    '100,000 rows, 50 columns, six rules that all do the same, 0.05 % noise; the peer as of an earlier run on a table of this make'
  yield figure('mine.seconds.pooled', 's', pooled.seconds, table, peer, peerSeconds)
  yield figure('mine.found.pooled', 'of 6', pooled.found.length, table, peer, peerFound)
}
