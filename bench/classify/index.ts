import { appendFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { BanyanError } from '../../src/model/errors.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import type { Discovery } from './discovery.ts'
import type { Task } from './pool.ts'
import { runTasks } from './pool.ts'
import type { ScenarioResult } from './run-scenario.ts'
import type { Group, ScenarioRef } from './scenario.ts'
import { counts, groups } from './scenario.ts'
import type { Line } from './table.ts'
import { failuresText, linesOf, nullFigures, rowsOfTable, ruleFigures, tableText } from './table.ts'

interface Options {
  readonly quick: boolean
  readonly out: string
  /** One scenario, or one group, instead of all. */
  readonly only: string | null
  /** No scenario is begun after so many minutes; null: all are run. */
  readonly minutes: number | null
  /** Goes on from what an earlier run of the same file left behind. */
  readonly goOn: boolean
}

const readOptions = (given: readonly string[]): Options => {
  const optionOf = (name: string): string | null => given.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null
  const unknown = given.find((option) => option !== '--quick' && option !== '--continue' && !/^--(out|only|minutes)=./.test(option))
  if (unknown !== undefined)
    throw new BanyanError('usage', `bench classify has no option ${unknown}`, {
      hint: '--quick, --out=file.json, --only=dev-clean-3 or --only=dev-clean, --minutes=10, --continue',
    })
  return {
    quick: given.includes('--quick'),
    out: optionOf('out') ?? '.banyan/bench/classify.json',
    only: optionOf('only'),
    minutes: optionOf('minutes') === null ? null : Number(optionOf('minutes')),
    goOn: given.includes('--continue'),
  }
}

const refsOf = ({ quick, only }: Options): readonly ScenarioRef[] =>
  groups.flatMap((group: Group) =>
    Array.from({ length: counts[quick ? 'quick' : 'full'][group] }, (_, index): ScenarioRef => ({ group, index })).filter(
      ({ index }) => only === null || only === group || only === `${group}-${index}`,
    ),
  )

const taskName = ({ kind, ref }: Task): string => `${kind} ${ref.group}-${ref.index}`

/** Groups take turns, so that a run which ends early has seen something of each. */
const tasksOf = (options: Options): readonly Task[] => {
  const refs = refsOf(options)
  const early = refs.filter(({ group, index }) => (group === 'dev-clean' || group === 'heldout-clean') && index % 2 === 0)
  const tasks = [...refs.map((ref): Task => ({ kind: 'scenario', ref })), ...early.map((ref): Task => ({ kind: 'discovery', ref }))]
  const most = (ref: ScenarioRef): number => counts[options.quick ? 'quick' : 'full'][ref.group]
  return tasks.toSorted((a, b) => a.ref.index / most(a.ref) - b.ref.index / most(b.ref))
}

interface Kept {
  readonly task: string
  readonly result: ScenarioResult | Discovery | null
}

/** What an earlier run left behind, one result a line. */
const keptResults = async (file: string): Promise<readonly Kept[]> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => JSON.parse(each) as Kept)
}

const isScenario = (result: ScenarioResult | Discovery | null): result is ScenarioResult => result !== null && 'banyan' in result

const figure = (
  name: string,
  value: number,
  unit: string,
  context: string,
  peer: { readonly name: string; readonly value: number } | null = null,
): Figure => ({
  name,
  value,
  unit,
  peer: peer?.name ?? null,
  peerValue: peer?.value ?? null,
  ratio: peer === null || peer.value === 0 ? null : value / peer.value,
  context,
})

const worlds =
  'simulated legacy systems of five businesses with planted rules, mistakes, lag and noise; labels by switching mechanisms of the generator off'

function* classifyFigures(lines: readonly (readonly Line[])[]): Generator<Figure> {
  for (const [at, name] of (['clean', 'faulty', 'heldout'] as const).entries()) {
    const [banyan, ...baselines] = lines[at] ?? []
    if (banyan === undefined || banyan.scenarios === 0) continue
    const best = baselines.toSorted((a, b) => b.score.macroF1 - a.score.macroF1)[0]
    const context = `${banyan.scenarios} scenarios (${rowsOfTable[at]?.name}), ${banyan.tally.rows} divergences; ${worlds}`
    yield figure(
      `classify.${name}.macroF1`,
      banyan.score.macroF1,
      'F1',
      context,
      best === undefined ? null : { name: best.name.trim(), value: best.score.macroF1 },
    )
    yield figure(`classify.${name}.selectiveAccuracy`, banyan.score.selectiveAccuracy, 'share', context)
    yield figure(`classify.${name}.coverage`, banyan.score.coverage, 'share', context)
    yield figure(
      `classify.${name}.dangerousUpper`,
      banyan.score.dangerousUpper,
      'share',
      `upper 95 % bound of rules and defects called timing or stale data; ${context}`,
    )
  }
}

function* mineFigures(results: readonly ScenarioResult[], discoveries: readonly Discovery[]): Generator<Figure> {
  const rules = ruleFigures(results.filter(({ ref }) => ref.group !== 'mirrored'))
  const nothing = nullFigures(results)
  if (rules.planted > 0) {
    const context = `${rules.planted} planted rules inside the language with at least 30 decisions of their own; judged on decisions made after the run`
    yield figure('mine.recovery', rules.recovered / rules.planted, 'share', context, {
      name: 'subgroups by WRAcc',
      value: rules.byDifference / rules.planted,
    })
    yield figure(
      'mine.exactConstants',
      rules.exact / Math.max(1, rules.recovered),
      'share',
      `of the recovered ones: one rule whose limits no recorded decision tells from the true ones; ${context}`,
    )
    yield figure(
      'mine.literals',
      rules.sameLiterals / Math.max(1, rules.recovered),
      'share',
      `of the recovered ones: as many conditions as were planted; ${context}`,
    )
  }
  if (discoveries.length > 0) {
    const after = discoveries.map(({ afterMismatches }) => afterMismatches ?? 1_000)
    yield figure(
      'mine.discoveryMedian',
      median(after),
      'mismatches',
      `decisions that a rule changed until it was shown and right, ${discoveries.length} rules, 1000 where never`,
    )
  }
  if (nothing.runs > 0)
    yield figure(
      'mine.falsePerNull',
      nothing.confirmedFalse / nothing.runs,
      'rules a run',
      `${nothing.confirmedFalse} confirmed and ${nothing.provisionalFalse} provisional rules in ${nothing.runs} runs with nothing but lag and noise`,
    )
}

/** The labelled benchmark: `--quick` for a dozen scenarios, `--only=group` or `--only=group-index` for some, `--out=` for the JSON of everything. */
export async function* run(given: readonly string[] = []): AsyncGenerator<Figure> {
  const options = readOptions(given)
  const tasks = tasksOf(options)
  const lineFile = `${options.out}.ndjson`
  await mkdir(dirname(options.out), { recursive: true })
  const kept = options.goOn ? await keptResults(lineFile) : []
  if (!options.goOn) await writeFile(lineFile, '')
  const known = new Set(kept.map(({ task }) => task))
  const all: (ScenarioResult | Discovery | null)[] = kept.map(({ result }) => result)
  const endsAtMs = options.minutes === null ? Number.POSITIVE_INFINITY : performance.now() + options.minutes * 60_000
  await runTasks({
    tasks: tasks.filter((task) => !known.has(taskName(task))),
    goesOn: () => performance.now() < endsAtMs,
    onResult: (task, result) => {
      const each = result as ScenarioResult | Discovery | null
      all.push(each)
      appendFileSync(lineFile, `${JSON.stringify({ task: taskName(task), result: each })}\n`)
      if (all.length % 25 === 0) console.error(`  ${all.length} of ${tasks.length}`)
    },
  })
  if (all.length < tasks.length) console.error(`${all.length} of ${tasks.length} tasks were run: --continue goes on`)
  const results = all.filter(isScenario)
  const discoveries = all.filter((each) => each !== null).filter((each): each is Discovery => !isScenario(each))
  const order = new Map(tasks.map(({ ref }, at) => [`${ref.group}-${ref.index}`, at]))
  results.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0))
  discoveries.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0))
  const lines = linesOf(results)
  console.error(`${tableText(lines)}\n\n${failuresText(results, discoveries)}\n`)
  const figures = [...classifyFigures(lines), ...mineFigures(results, discoveries)]
  const told = results.map(({ examples: _, ...result }) => result)
  await writeFile(
    options.out,
    JSON.stringify({ figures, lines, rules: ruleFigures(results), null: nullFigures(results), discoveries, scenarios: told }, null, 1),
  )
  console.error(`everything: ${options.out}`)
  yield* figures
}
