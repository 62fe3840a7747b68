import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BanyanError } from '../../src/model/errors.ts'
import type { Figure } from '../figure.ts'
import type { Discovery } from './discovery.ts'
import type { ScenarioResult } from './run-scenario.ts'
import { scoreOf } from './score/tally.ts'
import type { Line } from './table.ts'

/** What a run leaves behind, as JSON. */
export interface RunFile {
  readonly figures: readonly Figure[]
  readonly lines: readonly (readonly Line[])[]
  readonly discoveries: readonly Discovery[]
  readonly failed: readonly { readonly task: string; readonly message: string }[]
  readonly scenarios: readonly Omit<ScenarioResult, 'examples'>[]
}

const page = join(import.meta.dirname, '../../docs/classify-bench.md')
const begin = '<!-- figures: npm run bench -- classify --docs=file.json -->'
const end = '<!-- end of figures -->'

/** What each figure has to reach; `least` or `most`. */
const claims: Readonly<Record<string, { readonly least?: number; readonly most?: number }>> = {
  'classify.clean.macroF1': { least: 0.97 },
  'classify.faulty.macroF1': { least: 0.85 },
  ...Object.fromEntries(
    ['clean', 'faulty', 'heldout'].flatMap((name) => [
      [`classify.${name}.selectiveAccuracy`, { least: 0.995 }],
      [`classify.${name}.coverage`, { least: 0.95 }],
      [`classify.${name}.dangerousUpper`, { most: 0.002 }],
    ]),
  ),
  'mine.recovery': { least: 0.95 },
  'mine.exactConstants': { least: 0.95 },
  'mine.literals': { least: 0.9 },
  'mine.discoveryMedian': { most: 25 },
  'mine.falsePerNull': { most: 0.005 },
}

const rounded = (value: number | null): string => (value === null || Number.isNaN(value) ? '-' : String(Number(value.toPrecision(4))))

/** JSON has no NaN: what is null there was no number. */
const percent = (value: number | null): string => (value === null || Number.isNaN(value) ? '-' : `${(value * 100).toFixed(2)} %`)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const claimText = ({ name, value }: Figure): string => {
  const { least, most } = claims[name] ?? {}
  if (least !== undefined) return `≥ ${least}${value >= least ? '' : ', **missed**'}`
  return most === undefined ? '' : `≤ ${most}${value <= most ? '' : ', **missed**'}`
}

const figuresTable = (figures: readonly Figure[]): string =>
  table(
    ['figure', 'value', 'claim', 'beside it'],
    figures.map((each) => [
      `\`${each.name}\``,
      rounded(each.value),
      claimText(each),
      each.peer === null ? '' : `${each.peer}: ${rounded(each.peerValue)}`,
    ]),
  )

const linesTable = (lines: RunFile['lines']): string =>
  table(
    [
      '',
      'scenarios',
      'divergences',
      'macro-F1',
      'timing',
      'stale data',
      'hidden rule',
      'defect',
      'right of decided',
      'decided',
      'logic called harmless, upper bound',
    ],
    lines.flatMap((block) =>
      block
        .filter(({ scenarios }) => scenarios > 0)
        .map(({ name, scenarios, tally, score }, at) => [
          at === 0 ? `**${name}**` : name.trim(),
          String(scenarios),
          String(tally.rows),
          rounded(score.macroF1),
          ...(['timing', 'stale-data', 'hidden-rule', 'defect'] as const).map((cause) => rounded(score.f1[cause])),
          percent(score.selectiveAccuracy),
          percent(score.coverage),
          percent(score.dangerousUpper),
        ]),
    ),
  )

const summed = (scenarios: RunFile['scenarios']): readonly (readonly [string, number, readonly string[]])[] => {
  const counts = new Map<string, { count: number; in: string[] }>()
  for (const { name, confusion } of scenarios) {
    for (const [what, count] of Object.entries(confusion)) {
      const known = counts.get(what) ?? { count: 0, in: [] }
      counts.set(what, { count: known.count + count, in: [...known.in, name] })
    }
  }
  return [...counts].map(([what, { count, in: names }]) => [what, count, names] as const).sort((a, b) => b[1] - a[1])
}

const someOf = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`

const wrongTable = (scenarios: RunFile['scenarios'], decided: boolean): string =>
  table(
    ['what was right → what was said', 'divergences', 'in'],
    summed(scenarios)
      .filter(([what]) => !what.startsWith('undecidable') && what.includes('-> unresolved') !== decided)
      .slice(0, 25)
      .map(([what, count, names]) => [what.replace('->', '→').replaceAll('|', 'or'), String(count), someOf(names)]),
  )

const worseTable = (scenarios: RunFile['scenarios']): string =>
  table(
    ['scenario', 'business', 'documents', 'lost changes', 'clock', 'rules', 'mistakes', 'macro-F1', 'mostly'],
    scenarios
      .filter(({ ref, banyan }) => ref.group !== 'null' && ref.group !== 'mirrored' && scoreOf(banyan).macroF1 < 0.97)
      .map(({ name, domain, documented, capture, rules, bugs, banyan, confusion }) => [
        name,
        domain,
        documented,
        percent(capture.missingShare),
        `± ${capture.clockErrorMs} ms`,
        String(rules),
        String(bugs.length),
        rounded(scoreOf(banyan).macroF1),
        Object.entries(confusion)
          .sort((a, b) => b[1] - a[1])
          .slice(0, 2)
          .map(([what, count]) => `${count} × ${what.replace('->', '→').replaceAll('|', 'or')}`)
          .join('; '),
      ]),
  )

const missedTable = (scenarios: RunFile['scenarios']): string => {
  const fates = scenarios
    .filter(({ ref }) => ref.group !== 'mirrored')
    .flatMap(({ name, ruleScore }) =>
      ruleScore.planted.filter((fate) => fate.inLanguage && fate.positives >= 30).map((fate) => ({ name, fate })),
    )
  const kinds = [...Map.groupBy(fates, ({ fate }) => fate.kind)].map(([kind, all]) => ({
    kind,
    all,
    lost: all.filter(({ fate }) => !fate.recovered),
  }))
  return table(
    ['kind of rule', 'found', 'planted', 'not found in (decisions it changed, likeness of the nearest shown rule)'],
    kinds
      .filter(({ lost }) => lost.length > 0)
      .sort((a, b) => b.lost.length - a.lost.length)
      .map(({ kind, all, lost }) => [
        kind,
        String(all.length - lost.length),
        String(all.length),
        lost.map(({ name, fate }) => `${name} (${fate.positives}, ${fate.nearest.toFixed(2)})`).join(', '),
      ]),
  )
}

const untrueTable = (scenarios: RunFile['scenarios']): string =>
  table(
    ['shown rule', 'status', 'right on fresh decisions', 'in'],
    scenarios.flatMap(({ name, ruleScore }) =>
      ruleScore.found
        .filter(({ precision }) => precision !== null && precision < 0.95)
        .map((found) => [found.words.replaceAll('|', 'or'), found.status, `${percent(found.precision)} of ${found.changes}`, name]),
    ),
  )

const discoveryTable = (discoveries: readonly Discovery[]): string =>
  table(
    ['scenario', 'kind of rule', 'told after', 'as good as it after', 'of'],
    discoveries.map(({ name, kind, afterMismatches, exactAfterMismatches, tried }) => [
      name,
      kind,
      String(afterMismatches ?? 'not'),
      String(exactAfterMismatches ?? 'not'),
      String(tried),
    ]),
  )

/** Everything that a run has found out, for people: figures, each table, and what went wrong by kind. */
export const markdownOf = ({ figures, lines, discoveries, failed, scenarios }: RunFile): string => {
  const nulls = scenarios.filter(({ ref }) => ref.group === 'null').length
  return [
    `${scenarios.length - nulls} scenarios, and ${nulls} in which nothing was planted.`,
    figuresTable(figures),
    '### By kind of scenario, beside trivial classifiers',
    linesTable(lines),
    '### Decided, and wrong',
    wrongTable(scenarios, true),
    '### Left open, and could have been decided',
    wrongTable(scenarios, false),
    '### Scenarios below a macro-F1 of 0.97',
    worseTable(scenarios),
    '### Rules that were not found, of those that changed at least thirty decisions',
    missedTable(scenarios),
    '### Shown rules that fresh decisions contradict',
    untrueTable(scenarios),
    '### When a rule was first shown',
    discoveries.length === 0 ? 'None was tried.' : discoveryTable(discoveries),
    ...(failed.length === 0 ? [] : ['### What failed', ...failed.map(({ task, message }) => `- ${task}: ${message}`)]),
  ].join('\n\n')
}

/** Puts the figures of a run into the page that tells what they mean. */
export const writeDocs = async (file: string): Promise<void> => {
  const run = JSON.parse(await readFile(file, 'utf8')) as RunFile
  const text = await readFile(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new BanyanError('usage', `${page} has no place for figures`, { hint: `put in ${begin} and ${end}` })
  await writeFile(page, `${text.slice(0, from + begin.length)}\n\n${markdownOf(run)}\n\n${text.slice(to)}`)
}
