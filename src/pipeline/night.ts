import type { Context } from '../model/context.ts'
import type { EpochMs } from '../model/ids.ts'
import type { CauseLabel, Night, NightContext } from '../model/night.ts'
import type { Readiness } from '../model/readiness.ts'
import type { GateEvidence } from '../gate/evidence.ts'
import { standardLimits } from '../gate/evidence.ts'
import { readiness } from '../gate/readiness.ts'
import type { Store } from '../ports/store.ts'
import type { PipelineConfig } from './config.ts'
import type { FoldedContext } from './night/fold-context.ts'
import { createContextFold } from './night/fold-context.ts'
import { nightSchemaChanges } from './night/schema-changes.ts'

const dayMs = 86_400_000

const labels: readonly CauseLabel[] = ['timing', 'stale-data', 'hidden-rule', 'defect', 'legacy-defect', 'compound', 'unresolved']

/** Reads the archive once and says everything about it as one value. Changes nothing. */
export const night = async (input: { readonly config: PipelineConfig; readonly store: Store; readonly now: EpochMs }): Promise<Night> => {
  const { config, store } = input
  const totals = await store.totals(config.source.name)
  const cursor = await store.captureCursor(config.source.name)
  const gap = cursor?.phase === 'gap' ? { gapSince: new Date(cursor.at).toISOString() } : {}
  const schemaChanges = nightSchemaChanges(await store.tableVersions(config.source.name))
  const pausedSince = schemaChanges.find(({ decision }) => decision === 'paused')?.at
  const missing: Missing = { ...gap, ...(pausedSince === undefined ? {} : { pausedSince }) }
  const contexts: NightContext[] = []
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const context of config.contexts) {
    const { told, folded } = await nightOf({ context, store, deadLetters: totals.deadLetters, now: input.now, missing })
    from = Math.min(from, folded.firstAt ?? from)
    to = Math.max(to, folded.lastAt ?? to)
    contexts.push(told)
  }
  const empty = from > to
  return {
    schema: 1,
    title: config.title ?? config.source.name,
    window: { from: new Date(empty ? input.now : from).toISOString(), to: new Date(empty ? input.now : to).toISOString() },
    generatedAt: new Date(input.now).toISOString(),
    source: { name: config.source.name, ...totals, ...gap, ...(schemaChanges.length === 0 ? {} : { schemaChanges }) },
    contexts,
  }
}

/** Since when nothing has been seen. */
type Missing = Pick<GateEvidence, 'gapSince' | 'pausedSince'>

const nightOf = async ({
  context,
  store,
  deadLetters,
  now,
  missing,
}: {
  readonly context: Context
  readonly store: Store
  readonly deadLetters: number
  readonly now: EpochMs
  readonly missing: Missing
}): Promise<{ told: NightContext; folded: FoldedContext }> => {
  const rules = await store.rules(context.name)
  const fold = createContextFold(context, rules)
  for await (const part of store.archive(context.name)) for (const decision of part) fold.add(decision)
  const folded = fold.result()
  const counted = await store.decisionTotals(context.name, context.on)
  const open = counted.triggers - folded.compared - folded.unpaired
  const account = {
    decisions: counted.triggers,
    compared: folded.compared,
    sampledOut: 0,
    deadLettered: 0,
    unpaired: folded.unpaired,
    open: Math.min(open, counted.triggers - counted.verdicts),
    remainder: open - Math.min(open, counted.triggers - counted.verdicts),
  }
  // A tolerance that ran out since must not carry a handover either.
  const tolerances = folded.tolerances(Math.max(now, folded.lastAt ?? now))
  const told: NightContext = {
    name: context.name,
    candidateVersion: folded.candidateVersion ?? context.candidateVersion,
    account,
    agreed: folded.agreed,
    diverged: folded.diverged,
    latent: folded.latent,
    byCause: labels.map((cause) => ({ cause, ...(folded.byLabel.get(cause) ?? { count: 0, exposure: null }) })),
    unresolved: [...folded.unresolved].map(([reason, count]) => ({ reason, count })),
    timeline: folded.timeline,
    clusters: folded.clusters,
    rules,
    cases: folded.cases,
    feeds: folded.feeds,
    tolerances,
    guards: folded.guards,
    latencyMs: folded.latencyMs,
    readiness: readinessOf({
      context,
      folded,
      account,
      tolerances,
      rulesFound: rules.filter((rule) => rule.status !== 'lead').length,
      deadLetters,
      missing,
    }),
  }
  return { told, folded }
}

const readinessOf = ({
  context,
  folded,
  account,
  tolerances,
  rulesFound,
  deadLetters,
  missing,
}: {
  readonly context: Context
  readonly folded: FoldedContext
  readonly account: NightContext['account']
  readonly tolerances: NightContext['tolerances']
  readonly rulesFound: number
  readonly deadLetters: number
  readonly missing: Missing
}): Readiness => {
  const count = (label: CauseLabel): number => folded.byLabel.get(label)?.count ?? 0
  const evidence: GateEvidence = {
    nights: folded.firstAt === null || folded.lastAt === null ? 0 : (folded.lastAt - folded.firstAt) / dayMs,
    decisions: account.decisions,
    compared: account.compared,
    remainder: account.remainder,
    unpaired: account.unpaired,
    mismatches: folded.compared === 0 ? null : folded.logicMismatches,
    openDefects: folded.compared === 0 ? null : count('defect') + count('legacy-defect'),
    unresolved: folded.compared === 0 ? null : count('unresolved'),
    rules: { found: rulesFound, decided: 0 },
    deadLetters,
    ...missing,
    environment: folded.compared === 0 ? null : environmentOf(folded.guards),
    tolerances: tolerances.map(({ path, owner, until, expired, hits }) => ({ path, owner, until, expired, hits })),
    feeds: folded.feeds.map(({ projection, reads, stale, lagP99Ms, freshWithinMs }) => ({
      projection,
      reads,
      stale,
      lagP99Ms,
      freshWithinMs,
    })),
  }
  return readiness(context.name, evidence, standardLimits)
}

const environmentOf = ({ doses, timingRule }: NightContext['guards']): NonNullable<GateEvidence['environment']> => ({
  plateaus: doses.filter(({ verdict }) => verdict === 'plateau').map(({ words }) => words),
  timingRule: timingRule?.words ?? null,
  words: doses.map(({ words }) => words).join(' '),
})
