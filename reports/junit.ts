import type { Night, NightCluster, NightContext } from '../src/model/night.ts'
import type { GateCheck } from '../src/model/readiness.ts'
import { causeWords } from './wording/causes.ts'
import { visible } from './wording/data-text.ts'
import { count, money } from './wording/figures.ts'
import { etaText } from './wording/gate.ts'

/** JUnit XML for CI: each check of the gate and each cluster of divergences is a test case. Lacking evidence is `skipped`, so it never looks green. */
export const junit = (night: Night): string => {
  const suites = night.contexts.flatMap((context) => [gateSuite(context, night), clusterSuite(context, night)])
  const sum = (pick: (suite: Suite) => number): number => suites.reduce((total, suite) => total + pick(suite), 0)
  const totals = `tests="${sum(({ tests }) => tests)}" failures="${sum(({ failures }) => failures)}" skipped="${sum(({ skipped }) => skipped)}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${text(night.title)}" ${totals}>\n${suites.map(({ xml }) => xml).join('')}</testsuites>\n`
}

interface Suite {
  readonly tests: number
  readonly failures: number
  readonly skipped: number
  readonly xml: string
}

const gateSuite = (context: NightContext, night: Night): Suite => {
  const { checks } = context.readiness
  const of = (verdict: GateCheck['verdict']): number => checks.filter((check) => check.verdict === verdict).length
  return suite({
    name: `gate ${context.name}`,
    night,
    failures: of('fail'),
    skipped: of('insufficient'),
    cases: checks.map(checkCase(context)),
  })
}

const clusterSuite = (context: NightContext, night: Night): Suite => {
  const cases = context.clusters.map(clusterCase(context))
  return suite({ name: `divergences ${context.name}`, night, failures: cases.length, skipped: 0, cases })
}

const suite = (input: {
  readonly name: string
  readonly night: Night
  readonly failures: number
  readonly skipped: number
  readonly cases: readonly string[]
}): Suite => {
  const { name, night, failures, skipped, cases } = input
  const counts = `tests="${cases.length}" failures="${failures}" skipped="${skipped}" errors="0"`
  const open = `  <testsuite name="${text(name)}" timestamp="${text(night.generatedAt)}" ${counts}>\n`
  return { tests: cases.length, failures, skipped, xml: `${open}${cases.join('')}  </testsuite>\n` }
}

const checkCase =
  (context: NightContext) =>
  (check: GateCheck): string => {
    const open = `    <testcase classname="${text(context.name)}.gate" name="${text(check.title)}"`
    const told = text(`required: ${check.required}; actual: ${check.actual}${check.missing === null ? '' : `; missing: ${check.missing}`}`)
    const eta = etaText(check)
    switch (check.verdict) {
      case 'pass':
        return `${open}/>\n`
      case 'fail':
        return `${open}><failure type="gate" message="${told}"/></testcase>\n`
      case 'insufficient':
        return `${open}><skipped message="${told}${eta === null ? '' : `; ${text(eta)}`}"/></testcase>\n`
      default:
        return check.verdict satisfies never
    }
  }

const clusterCase =
  (context: NightContext) =>
  ({ fingerprint, cause, count: copies, exposure, words, example }: NightCluster): string => {
    const told = `${causeWords[cause].title}: ${count(copies)} times${exposure === null ? '' : `, ${money(exposure)} at stake`}. ${words}`
    const name = `${causeWords[cause].title} ${fingerprint}`
    return `    <testcase classname="${text(context.name)}.divergences" name="${text(name)}"><failure type="${text(cause)}" message="${text(told)}">example: ${text(example)}</failure></testcase>\n`
  }

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Control characters have no place in XML 1.0, not even escaped; `visible` writes them out. */
const text = (raw: string): string => visible(raw).replace(/[&<>"'\ufffe\uffff]/g, (character) => entities[character] ?? '\ufffd')
