import { performance } from 'node:perf_hooks'
import { BanyanError } from '../../src/model/errors.ts'
import type { HiddenRule } from '../../src/model/hidden-rule.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { PairedDecision } from '../../src/model/paired-decision.ts'
import { offlineRun } from '../../src/pipeline/offline.ts'
import { deliveriesOf } from '../../src/pipeline/offline/memory-deliveries.ts'
import type { DeliveredFeed, DeliveryLine } from '../../src/ports/delivery-source.ts'
import { deliveryLines } from './deliveries.ts'
import type { Scenario, ScenarioRef } from './scenario.ts'
import { openScenario } from './scenario.ts'
import type { Said, Told, TruthRow } from './score/row.ts'
import { isRight, saidOf, truthRow } from './score/row.ts'
import type { RuleScore } from './score/rules.ts'
import { scoreRules } from './score/rules.ts'
import { recoveredByDifference } from './score/subgroups.ts'
import type { Tally } from './score/tally.ts'
import { tally } from './score/tally.ts'
import type { Example } from './score/tree.ts'
import type { Stage } from './stage.ts'
import { stageOf } from './stage.ts'
import { sameCells } from './world/cells.ts'
import type { Answer } from './world/cells.ts'
import type { Truth } from './world/truth.ts'
import { truthOf } from './world/truth.ts'

/** A divergence of which the wrong thing was said. */
export interface Mistake {
  readonly key: string
  readonly bucket: string
  readonly latent: boolean
  readonly right: string
  readonly said: string
  readonly switches: readonly string[]
}

export interface ScenarioResult {
  readonly ref: ScenarioRef
  readonly name: string
  readonly seed: number
  readonly domain: string
  readonly documented: string
  readonly capture: Scenario['capture']
  readonly decisions: number
  readonly columns: number
  readonly rules: number
  readonly bugs: readonly string[]
  /** Mechanisms that were put in and show in no divergence. */
  readonly masked: readonly string[]
  readonly noiseShare: number
  readonly banyan: Tally
  readonly baselines: Readonly<Record<string, Tally>>
  readonly ruleScore: RuleScore
  /** Planted rules that the textbook miner has among its ten best. */
  readonly subgroups: readonly string[]
  readonly leads: number
  readonly mistakes: readonly Mistake[]
  /** Mistakes by what was right and what was said, over the whole scenario. */
  readonly confusion: Readonly<Record<string, number>>
  /** Decisions that agree and were said not to. */
  readonly falseAlarms: number
  /** Decisions that agree and were left open. */
  readonly doubted: number
  /** Decisions whose live answer the product computed otherwise than the generator did. */
  readonly liveDisagrees: number
  readonly unjudged: number
  readonly examples: readonly Example[]
  readonly seconds: number
  readonly error: string | null
}

export interface OfflineOutcome {
  readonly said: ReadonlyMap<string, Said>
  readonly live: ReadonlyMap<string, Answer>
  readonly rules: readonly HiddenRule[]
  readonly leads: number
}

const answerOf = ({ live }: PairedDecision): Answer =>
  live.observation.kind === 'decided' ? (live.observation.answer as Answer) : { outcome: 'failed' }

/** The candidate's stores went by the rows' own versions. Where clocks ordered the commits, theirs is another order: what came is told as it was applied. */
export const feedsOf = (scenario: Scenario, lines: readonly DeliveryLine[]): Readonly<Record<string, DeliveredFeed>> => {
  const applied = scenario.capture.clockErrorMs === 0 ? 'newest' : 'last'
  const byKey = new Set(lines.flatMap((line) => (line.kind === 'delivered' ? [line.projection] : [])))
  return Object.fromEntries([...byKey].map((projection): readonly [string, DeliveredFeed] => [projection, { filled: 'by-key', applied }]))
}

/** Runs the product over a scenario, or over its beginning up to a decision. */
export const runOffline = async (scenario: Scenario, stage: Stage, truths: readonly Truth[]): Promise<OfflineOutcome> => {
  const said = new Map<string, Said>()
  const live = new Map<string, Answer>()
  const lines = deliveryLines(scenario, stage, truths)
  const feeds = feedsOf(scenario, lines)
  const { rules, leads } = await offlineRun({
    config: stage.config,
    transactions: stage.config.source,
    deliveries: deliveriesOf(lines, { feeds }),
    signal: new AbortController().signal,
    now: epochMs(Date.UTC(2027, 0, 1)),
    onVerdict: (decision) => {
      said.set(decision.live.trigger.key, saidOf(decision))
      live.set(decision.live.trigger.key, answerOf(decision))
    },
  })
  return { said, live, rules, leads: leads.length }
}

const sentence = (causes: readonly Told[] | null, reason: string | null): string =>
  causes === null ? `unresolved (${reason})` : causes.length === 0 ? 'agreed' : causes.join(' + ')

const nothingSaid: Said = { causes: null, reason: 'unpaired', legacyDefect: false }

const naive: Readonly<Record<string, (row: TruthRow) => readonly Told[]>> = {
  'age below 5 s is timing': ({ youngestMs }) => (youngestMs !== null && youngestMs < 5_000 ? ['timing'] : ['hidden-rule']),
  'reference differs is stale': ({ referenceDiffers, youngestMs }) =>
    referenceDiffers ? ['stale-data'] : youngestMs === null ? ['hidden-rule'] : ['timing'],
  'always timing': () => ['timing'],
}

const mostExamples = 300

interface Judged {
  readonly rows: readonly TruthRow[]
  readonly truths: readonly Truth[]
  readonly agreeing: readonly string[]
}

/** The truth of every decision of a scenario. */
export const judge = (scenario: Scenario): Judged => {
  const truths = scenario.world.decided.map((decided) => truthOf(scenario.world, scenario.view, decided))
  const rows: TruthRow[] = []
  const agreeing: string[] = []
  for (const [at, decided] of scenario.world.decided.entries()) {
    const row = truthRow(scenario, decided, truths[at] as Truth)
    if (row === null) agreeing.push(decided.key)
    else rows.push(row)
  }
  return { rows, truths, agreeing }
}

const maskedOf = (scenario: Scenario, rows: readonly TruthRow[]): readonly string[] => {
  const seen = new Set(rows.flatMap(({ switches }) => switches))
  const put = [...scenario.options.rules.map(({ id }) => id), ...new Set(scenario.view.bugs.map(({ bug }) => bug))]
  return put.filter((id) => !seen.has(id))
}

const nothingFound: OfflineOutcome = { said: new Map(), live: new Map(), rules: [], leads: 0 }

/** One scenario from its seed to its score. A product that fails has said nothing, and the failure is told. */
export const runScenario = async (ref: ScenarioRef): Promise<ScenarioResult> => {
  const scenario = openScenario(ref)
  const { rows, truths, agreeing } = judge(scenario)
  const startedAt = performance.now()
  let error: string | null = null
  let outcome = nothingFound
  try {
    outcome = await runOffline(scenario, stageOf(scenario), truths)
  } catch (failure) {
    error =
      failure instanceof BanyanError ? `${failure.code}: ${failure.message}` : String(failure instanceof Error ? failure.stack : failure)
  }
  const seconds = (performance.now() - startedAt) / 1_000
  const say = (row: TruthRow): Said => outcome.said.get(row.key) ?? nothingSaid
  const wrong = rows.filter((row) => isRight(row, say(row)) !== true && !(row.bucket !== 'decidable' && say(row).causes === null))
  const asMistake = (row: TruthRow): Mistake => ({
    key: row.key,
    bucket: row.bucket,
    latent: row.latent,
    right: row.bucket === 'noise' ? 'nothing explains it' : row.right.map((causes) => causes.join(' + ')).join(' | '),
    said: sentence(say(row).causes, say(row).reason),
    switches: row.switches,
  })
  const confusion: Record<string, number> = {}
  for (const { right, said, bucket } of wrong.map(asMistake)) {
    const name = `${bucket}: ${right} -> ${said}`
    confusion[name] = (confusion[name] ?? 0) + 1
  }
  const { options } = scenario
  const step = Math.max(1, Math.ceil(rows.length / mostExamples))
  return {
    ref,
    name: scenario.name,
    seed: scenario.seed,
    domain: options.domain.name,
    documented: scenario.documented,
    capture: scenario.capture,
    decisions: options.decisions,
    columns: options.columns.length,
    rules: options.rules.length,
    bugs: scenario.view.bugs.map(({ bug }) => bug),
    masked: maskedOf(scenario, rows),
    noiseShare: options.noiseShare,
    banyan: tally(rows, say),
    baselines: Object.fromEntries(
      Object.entries(naive).map(([name, causes]) => [
        name,
        tally(rows, (row) => ({ causes: causes(row), reason: null, legacyDefect: false })),
      ]),
    ),
    ruleScore: scoreRules(scenario, outcome.rules),
    subgroups: ref.group === 'null' ? [] : recoveredByDifference(scenario),
    leads: outcome.leads,
    mistakes: wrong.slice(0, 12).map(asMistake),
    confusion,
    falseAlarms: agreeing.filter((key) => (outcome.said.get(key)?.causes?.length ?? 0) > 0).length,
    doubted: agreeing.filter((key) => outcome.said.get(key)?.causes === null).length,
    liveDisagrees: scenario.world.decided.filter(({ key }, at) => {
      const live = outcome.live.get(key)
      return live !== undefined && !sameCells(live, truths[at]?.live ?? null)
    }).length,
    unjudged: scenario.world.decided.length - outcome.said.size,
    examples: rows
      .filter((row, at) => at % step === 0 && row.bucket === 'decidable' && row.right.length > 0)
      .map((row) => ({ features: row.features, cause: row.right[0]?.at(-1) ?? 'timing' })),
    seconds,
    error,
  }
}
