import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { DemoResult } from '../../fixtures/story/demo/result.ts'
import type { Figure } from '../figure.ts'

const root = resolve(import.meta.dirname, '../..')
const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
const context = 'the demo at 10,000 orders, seeds 1 to 20, one after another'

/** A run that does not count ends with 1, and is told all the same. */
const play = async (seed: number, report: string): Promise<DemoResult> => {
  const asked = ['run', '-s', 'demo', '--', '--json', '--seed', String(seed), '--out', report]
  const { stdout } = await promisify(execFile)('npm', asked, { cwd: root, maxBuffer: 1 << 26 }).catch((error: { stdout: string }) => error)
  return JSON.parse(stdout) as DemoResult
}

const percent = (share: number | null | undefined): string => (share === null || share === undefined ? '-' : share.toFixed(3))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** One line of the table in docs/demo.md. */
const row = ({ seed, durationMs, changes, decisions, macroF1, valid, causes, rules }: DemoResult): string => {
  const f1 = (['timing', 'stale-data', 'hidden-rule', 'defect'] as const).map((cause) => percent(causes[cause]?.f1))
  const cells = [
    seed,
    (durationMs / 1000).toFixed(1),
    changes,
    decisions,
    ...f1,
    percent(macroF1),
    `${rules.found} of ${rules.planted}`,
    rules.false,
  ]
  return `| ${cells.join(' | ')} | ${valid ? 'yes' : 'no'} |`
}

/** What the demo finds of what was planted, over twenty seeds; the rows of the table go to stderr. */
export async function* run(): AsyncGenerator<Figure, undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-demo-'))
  const results: DemoResult[] = []
  try {
    for (const seed of seeds) {
      const result = await play(seed, join(folder, 'night.html'))
      console.error(row(result))
      results.push(result)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const figure = (name: string, unit: string, value: number): Figure => ({
    name,
    value,
    unit,
    peer: null,
    peerValue: null,
    ratio: null,
    context,
  })
  yield figure('demo.seconds.most', 's', Math.max(...results.map(({ durationMs }) => durationMs / 1000)))
  yield figure('demo.macroF1.least', '', Math.min(...results.map(({ macroF1 }) => macroF1 ?? 0)))
  yield figure('demo.rulesFound.least', 'of 8', Math.min(...results.map(({ rules }) => rules.found)))
  const [planted, found] = [sum(results.map(({ rules }) => rules.planted)), sum(results.map(({ rules }) => rules.found))]
  yield figure('demo.recovery', 'of the rules in the language', found / planted)
  for (const { seed, rules } of results) for (const words of rules.missed) console.error(`missed with seed ${seed}: ${words}`)
  yield figure('demo.rulesFalse', 'rules', sum(results.map(({ rules }) => rules.false)))
}
