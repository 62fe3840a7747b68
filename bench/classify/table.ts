import type { Discovery } from './discovery.ts'
import type { ScenarioResult } from './run-scenario.ts'
import type { Group } from './scenario.ts'
import type { PlantedFate } from './score/rules.ts'
import type { Score, Tally } from './score/tally.ts'
import { addTallies, scoreOf } from './score/tally.ts'
import { decisionTree } from './score/tree.ts'
import { tally } from './score/tally.ts'
import type { Told } from './score/row.ts'

/** One line of the table: one way of classifying, over scenarios of one kind. */
export interface Line {
  readonly name: string
  readonly scenarios: number
  readonly tally: Tally
  readonly score: Score
}

export interface RuleFigures {
  /** Rules inside the language with at least thirty decisions of their own. */
  readonly planted: number
  readonly recovered: number
  readonly exact: number
  readonly sameLiterals: number
  readonly byDifference: number
}

export interface NullFigures {
  readonly runs: number
  readonly confirmedFalse: number
  readonly provisionalFalse: number
}

const inGroup = (results: readonly ScenarioResult[], wanted: readonly Group[]): readonly ScenarioResult[] =>
  results.filter(({ ref }) => wanted.includes(ref.group))

const line = (name: string, results: readonly ScenarioResult[], of: (result: ScenarioResult) => Tally): Line => {
  const sum = addTallies(results.map(of))
  return { name, scenarios: results.length, tally: sum, score: scoreOf(sum) }
}

/** Learnt on the development scenarios alone, like everything that is frozen there. */
const treeLine = (name: string, results: readonly ScenarioResult[], predict: (features: readonly number[]) => Told): Line => {
  const rows = results.flatMap(({ examples }) =>
    examples.map(
      ({ features, cause }) =>
        ({
          key: '',
          latent: false,
          bucket: 'decidable',
          right: [[cause]],
          logic: cause === 'hidden-rule' || cause === 'defect',
          switches: [],
          features,
          youngestMs: null,
          referenceDiffers: false,
        }) as const,
    ),
  )
  const sum = tally(rows, (row) => ({ causes: [predict(row.features)], reason: null, legacyDefect: false }))
  return { name, scenarios: results.length, tally: sum, score: scoreOf(sum) }
}

export const rowsOfTable: readonly { readonly name: string; readonly groups: readonly Group[] }[] = [
  { name: 'clean capture', groups: ['dev-clean'] },
  { name: 'faulty capture', groups: ['dev-faulty'] },
  { name: 'held out, clean', groups: ['heldout-clean'] },
  { name: 'held out, faulty', groups: ['heldout-faulty'] },
  { name: 'mirrored pairs', groups: ['mirrored'] },
]

/** Banyan and the baselines on each kind of scenario. */
export const linesOf = (results: readonly ScenarioResult[]): readonly (readonly Line[])[] => {
  const predict = decisionTree(inGroup(results, ['dev-clean', 'dev-faulty']).flatMap(({ examples }) => examples))
  return rowsOfTable.map(({ name, groups }) => {
    const some = inGroup(results, groups)
    return [
      line(name, some, ({ banyan }) => banyan),
      ...Object.keys(results[0]?.baselines ?? {}).map((baseline) =>
        line(`  ${baseline}`, some, ({ baselines, banyan }) => baselines[baseline] ?? banyan),
      ),
      treeLine('  decision tree (a sample)', some, predict),
    ]
  })
}

const counted = (fate: PlantedFate): boolean => fate.inLanguage && fate.positives >= 30

export const ruleFigures = (results: readonly ScenarioResult[]): RuleFigures => {
  const fates = results.flatMap(({ ruleScore, subgroups }) =>
    ruleScore.planted.filter(counted).map((fate) => ({ fate, byDifference: subgroups.includes(fate.id) })),
  )
  const found = fates.filter(({ fate }) => fate.recovered)
  return {
    planted: fates.length,
    recovered: found.length,
    exact: found.filter(({ fate }) => fate.exact).length,
    sameLiterals: found.filter(({ fate }) => fate.sameLiterals).length,
    byDifference: fates.filter(({ byDifference }) => byDifference).length,
  }
}

export const nullFigures = (results: readonly ScenarioResult[]): NullFigures => {
  const runs = results.filter(({ rules, bugs }) => rules === 0 && bugs.length === 0)
  const falseOf = (status: string): number =>
    runs.reduce((sum, { ruleScore }) => sum + ruleScore.found.filter((found) => found.status === status).length, 0)
  return { runs: runs.length, confirmedFalse: falseOf('confirmed'), provisionalFalse: falseOf('provisional') }
}

const percent = (value: number): string => (Number.isNaN(value) ? '-' : `${(value * 100).toFixed(value > 0.99 && value < 1 ? 2 : 1)} %`)

const cells = (texts: readonly (string | number)[]): string =>
  texts.map((text, at) => (at === 0 ? String(text).padEnd(32) : String(text).padStart(11))).join('')

/** What ought to be left open, and was: only a wish tells a rule from a mistake, nothing explains noise, and some rules cannot be said. */
const openText = (lines: readonly (readonly Line[])[]): string =>
  [
    'ought to be left open, and was (guessed right):',
    ...lines.flatMap(([banyan]) => {
      if (banyan === undefined) return []
      const { undecidable, noise, unsayable } = banyan.tally.byBucket
      const { undecidableLeftOpen, undecidableGuessedRight, noiseLeftOpen, unsayableLeftOpen } = banyan.tally
      return [
        `  ${banyan.name.padEnd(20)} rule or mistake ${undecidableLeftOpen} of ${undecidable} (${undecidableGuessedRight}); noise ${noiseLeftOpen} of ${noise}; rules that cannot be said ${unsayableLeftOpen} of ${unsayable}`,
      ]
    }),
  ].join('\n')

/** The table for people. */
export const tableText = (lines: readonly (readonly Line[])[]): string =>
  [
    cells([
      '',
      'scenarios',
      'divergences',
      'macro-F1',
      'timing',
      'stale',
      'rule',
      'defect',
      'right of',
      'of these, ',
      'resolved',
      'logic called',
    ]),
    cells(['', '', '', '', 'F1', 'F1', 'F1', 'F1', 'resolved', 'decidable', '', 'harmless <']),
    ...lines.flatMap((block) =>
      block.map(({ name, scenarios, tally: sum, score }) =>
        cells([
          name,
          scenarios,
          sum.rows,
          score.macroF1.toFixed(3),
          ...(['timing', 'stale-data', 'hidden-rule', 'defect'] as const).map((cause) =>
            Number.isNaN(score.f1[cause]) ? '-' : score.f1[cause].toFixed(3),
          ),
          percent(score.selectiveAccuracy),
          percent(score.decidableAccuracy),
          percent(score.coverage),
          percent(score.dangerousUpper),
        ]),
      ),
    ),
    openText(lines),
  ].join('\n')

const most = (counts: Readonly<Record<string, number>>, howMany: number): readonly (readonly [string, number])[] =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .slice(0, howMany)

/** What went wrong, by kind: wrong verdicts, rules that were not found, rules that are false, runs that failed. */
export const failuresText = (results: readonly ScenarioResult[], discoveries: readonly Discovery[]): string => {
  const confusion: Record<string, number> = {}
  for (const result of results)
    for (const [name, count] of Object.entries(result.confusion)) confusion[name] = (confusion[name] ?? 0) + count
  const fates = results.flatMap(({ ruleScore, name }) => ruleScore.planted.filter(counted).map((fate) => ({ name, fate })))
  const kinds = Map.groupBy(fates, ({ fate }) => fate.kind)
  const worse = results.filter(({ ref, banyan }) => ref.group !== 'null' && ref.group !== 'mirrored' && scoreOf(banyan).macroF1 < 0.97)
  const wrongRules = results.flatMap(({ name, ruleScore }) =>
    ruleScore.found
      .filter(({ precision }) => precision !== null && precision < 0.95)
      .map((found) => `  ${name}: ${found.status}, right in ${percent(found.precision ?? 0)} of ${found.changes}: ${found.words}`),
  )
  const misread = results.flatMap(({ name, ruleScore }) =>
    ruleScore.found
      .filter(({ claimed, explained, unreadable: names }) => names.length === 0 && (explained < claimed * 0.8 || claimed < explained * 0.8))
      .map(({ words, claimed, explained }) => `  ${name}: ${claimed} claimed, ${explained} counted: ${words}`),
  )
  const unreadable = [...new Set(results.flatMap(({ ruleScore }) => ruleScore.found.flatMap((found) => found.unreadable)))]
  return [
    'wrong verdicts (what was right -> what was said):',
    ...most(confusion, 25).map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`),
    'rules by kind (found / planted with at least thirty decisions), where not all were found:',
    ...[...kinds]
      .map(([kind, all]) => ({ kind, all, lost: all.filter(({ fate }) => !fate.recovered) }))
      .filter(({ lost }) => lost.length > 0)
      .sort((a, b) => b.lost.length - a.lost.length)
      .map(
        ({ kind, all, lost }) =>
          `  ${kind.padEnd(4)} ${all.length - lost.length} / ${all.length}  not in ${lost.map(({ name, fate }) => `${name} ${fate.id} (${fate.positives}, J ${fate.jaccard.toFixed(2)})`).join(', ')}`,
      ),
    'rules that the fresh decisions contradict:',
    ...wrongRules.slice(0, 40),
    ...(misread.length === 0 ? [] : ['rules that explain more or less of the recorded decisions than they say:', ...misread.slice(0, 20)]),
    'scenarios below 0.97:',
    ...worse.map(({ name, domain, documented, capture, bugs, banyan, confusion: own }) => {
      const why = most(own, 2).map(([what, count]) => `${count} × ${what}`)
      return `  ${name} ${domain}, documents ${documented}, lost ${capture.missingShare}, clock ± ${capture.clockErrorMs} ms, mistakes ${bugs.join(' ') || 'none'}: ${scoreOf(banyan).macroF1.toFixed(3)}: ${why.join('; ')}`
    }),
    `discovered late: ${discoveries
      .filter(({ afterMismatches }) => afterMismatches === null || afterMismatches > 25)
      .map(({ name, kind, afterMismatches }) => `${name} kind ${kind} ${afterMismatches ?? 'never'}`)
      .join(', ')}`,
    ...(unreadable.length === 0 ? [] : [`names that the benchmark cannot read: ${unreadable.join(', ')}`]),
    ...results.filter(({ error }) => error !== null).map(({ name, error }) => `  ${name} FAILED: ${error}`),
    `live answers that the product computed otherwise: ${results.reduce((sum, { liveDisagrees }) => sum + liveDisagrees, 0)}; agreements said to differ: ${results.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0)}; agreements left open: ${results.reduce((sum, { doubted }) => sum + doubted, 0)}; decisions without a verdict: ${results.reduce((sum, { unjudged }) => sum + unjudged, 0)}; mechanisms masked: ${results.reduce((sum, { masked }) => sum + masked.length, 0)}`,
  ].join('\n')
}
