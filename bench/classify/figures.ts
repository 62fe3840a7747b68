import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import type { Discovery } from './discovery.ts'
import type { ScenarioResult } from './run-scenario.ts'
import type { Line } from './table.ts'
import { nullFigures, rowsOfTable, ruleFigures } from './table.ts'

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

/** What counts for a rule that was not found after the most that was tried. */
const never = 1_000

const medianOf = (discoveries: readonly Discovery[], of: 'afterMismatches' | 'exactAfterMismatches'): number =>
  median(discoveries.map((each) => each[of] ?? never))

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
    const context = `decisions that a rule had changed until it was shown, ${discoveries.length} rules, ${never} where never`
    yield figure('mine.discoveryMedian', medianOf(discoveries, 'afterMismatches'), 'mismatches', `as provisional, and right; ${context}`)
    yield figure(
      'mine.discoveryExactMedian',
      medianOf(discoveries, 'exactAfterMismatches'),
      'mismatches',
      `alike in 95 % of decisions; ${context}`,
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

/** All figures of a run. */
export const figuresOf = (
  results: readonly ScenarioResult[],
  discoveries: readonly Discovery[],
  lines: readonly (readonly Line[])[],
): readonly Figure[] => [...classifyFigures(lines), ...mineFigures(results, discoveries)]
