import { appendFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { BanyanError } from '../../src/model/errors.ts'
import type { Figure } from '../figure.ts'
import type { Discovery } from './discovery.ts'
import type { Task } from './pool.ts'
import { runTasks } from './pool.ts'
import type { ScenarioResult } from './run-scenario.ts'
import type { Group, ScenarioRef } from './scenario.ts'
import { counts, groups } from './scenario.ts'
import { figuresOf } from './figures.ts'
import { writeDocs } from './markdown.ts'
import { failuresText, linesOf, nullFigures, ruleFigures, tableText } from './table.ts'

interface Options {
  readonly quick: boolean
  readonly out: string
  /** One scenario, or one group, instead of all. */
  readonly only: string | null
  /** No scenario is begun after so many minutes; null: all are run. */
  readonly minutes: number | null
  /** Goes on from what an earlier run of the same file left behind. */
  readonly goOn: boolean
  /** The JSON of an earlier run, to be written into the documents; nothing is run. */
  readonly docs: string | null
}

const readOptions = (given: readonly string[]): Options => {
  const optionOf = (name: string): string | null => given.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null
  const unknown = given.find((option) => option !== '--quick' && option !== '--continue' && !/^--(out|only|minutes|docs)=./.test(option))
  if (unknown !== undefined)
    throw new BanyanError('usage', `bench classify has no option ${unknown}`, {
      hint: '--quick, --out=file.json, --only=dev-clean-3 or --only=dev-clean, --minutes=10, --continue, --docs=file.json',
    })
  return {
    quick: given.includes('--quick'),
    out: optionOf('out') ?? '.banyan/bench/classify.json',
    only: optionOf('only'),
    minutes: optionOf('minutes') === null ? null : Number(optionOf('minutes')),
    goOn: given.includes('--continue'),
    docs: optionOf('docs'),
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
  const early = refs.filter(({ group, index }) => (group === 'dev-clean' || group === 'heldout-clean') && index % 3 === 0)
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

/** The labelled benchmark: `--quick` for a dozen scenarios, `--only=group` or `--only=group-index` for some, `--out=` for the JSON of everything. */
export async function* run(given: readonly string[] = []): AsyncGenerator<Figure> {
  const options = readOptions(given)
  if (options.docs !== null) return writeDocs(options.docs)
  const tasks = tasksOf(options)
  const lineFile = `${options.out}.ndjson`
  await mkdir(dirname(options.out), { recursive: true })
  const kept = options.goOn ? await keptResults(lineFile) : []
  if (!options.goOn) await writeFile(lineFile, '')
  const known = new Set(kept.map(({ task }) => task))
  const all: (ScenarioResult | Discovery | null)[] = kept.map(({ result }) => result)
  const failed: { readonly task: string; readonly message: string }[] = []
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
    onFailure: (task, message) => {
      failed.push({ task: taskName(task), message })
      console.error(`  ${taskName(task)} FAILED: ${message}`)
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
  const figures = figuresOf(results, discoveries, lines)
  const told = results.map(({ examples: _, ...result }) => result)
  await writeFile(
    options.out,
    JSON.stringify(
      { figures, lines, rules: ruleFigures(results), null: nullFigures(results), discoveries, failed, scenarios: told },
      null,
      1,
    ),
  )
  console.error(`everything: ${options.out}`)
  yield* figures
}
