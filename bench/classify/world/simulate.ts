import type { Draw } from '../draw.ts'
import { draw } from '../draw.ts'
import type { Answer, Cell, Cells } from './cells.ts'
import { dayMs, listed, sameCells, whole } from './cells.ts'
import { makeRow } from './columns.ts'
import type { Ask, Domain } from './domain.ts'
import type { Facts } from './feature.ts'
import type { History } from './history.ts'
import { createHistory } from './history.ts'
import { happenings } from './happenings.ts'
import type { WorldOptions } from './options.ts'
import type { PlantedRule } from './planted-rule.ts'
import { ruleHolds, withEffect } from './planted-rule.ts'
import type { Change } from './rows.ts'
import { firstRows, groupsOf, referenceChange, refill, snapshotOf } from './rows.ts'

export interface Commit {
  readonly seq: number
  readonly committedAtMs: number
  readonly changes: readonly Change[]
}

/** One decision as it truly came about. */
export interface Decided {
  readonly index: number
  readonly key: string
  readonly input: Cells
  /** The legacy read just before this place. */
  readonly seq: number
  readonly ordinal: number
  readonly requestSeq: number
  readonly committedAtMs: number
  readonly clockMs: number
  /** When the candidate decided, live. Between two milliseconds, so that nothing happens at the same time. */
  readonly candidateAtMs: number
  /** What the legacy saw. */
  readonly ask: Ask
  readonly facts: Facts
  /** Decides what only the legacy knows. */
  readonly unrecorded: number
  /** The documented policy's answer, and the answer when the policy grants all. */
  readonly base: Answer
  readonly granted: Answer
  readonly noise: Answer | null
  readonly legacy: Answer
}

export interface World {
  readonly options: WorldOptions
  readonly history: History
  readonly commits: readonly Commit[]
  readonly decided: readonly Decided[]
}

/** Counts earlier decisions with the same value, as a rule about a customer's day would. */
const createCounter = (facts: readonly string[]): { readonly look: (cell: Facts['cell'], clockMs: number) => Facts['earlier'] } => {
  const seen = new Map<string, { total: number; today: number; day: number }>()
  return {
    look: (cell, clockMs) => {
      const day = Math.floor(clockMs / dayMs)
      const known = new Map<string, { readonly total: number; readonly today: number }>()
      for (const fact of facts) {
        const name = `${fact}\n${String(cell(fact))}`
        const found = seen.get(name) ?? { total: 0, today: 0, day }
        const today = found.day === day ? found.today : 0
        known.set(fact, { total: found.total, today })
        seen.set(name, { total: found.total + 1, today: today + 1, day })
      }
      return (fact) => known.get(fact) ?? { total: 0, today: 0 }
    },
  }
}

const countedFacts = (rules: readonly PlantedRule[]): readonly string[] => [
  ...new Set(
    rules.flatMap((rule) =>
      rule.conditions.flatMap((each) =>
        'feature' in each && (each.feature.fn === 'earlier' || each.feature.fn === 'earlier-today') ? [each.feature.of] : [],
      ),
    ),
  ),
]

interface FactPath {
  readonly part: 'trigger' | 'row' | 'read' | 'answer'
  readonly of: string
  readonly column: string
}

const paths = new Map<string, FactPath>()

/** `row.cust_mst.grp_cd` taken apart, once. */
const pathOf = (name: string): FactPath => {
  const known = paths.get(name)
  if (known !== undefined) return known
  const [part = '', first = '', second = ''] = name.split('.')
  const path: FactPath =
    part === 'trigger' || part === 'answer'
      ? { part, of: '', column: first }
      : { part: part === 'row' ? 'row' : 'read', of: first, column: second }
  paths.set(name, path)
  return path
}

/** What rules can look at: the request, the rows that it leads to, what the candidate reads of them, and its answer. */
const cellOf =
  (domain: Domain, ask: Ask, rows: Readonly<Record<string, Cells>>, base: Answer): Facts['cell'] =>
  (name) => {
    const { part, of, column } = pathOf(name)
    switch (part) {
      case 'trigger':
        return ask.input[column] ?? null
      case 'answer':
        return base[column] ?? null
      case 'row':
        return rows[of]?.[column] ?? null
      case 'read':
        return (
          (of === domain.state.projection ? (domain.state.group === null ? ask.state[0]?.[column] : null) : ask.references[of]?.[column]) ??
          null
        )
      default:
        return part satisfies never
    }
  }

/** The first rule that holds acts; the others are shadowed. `skip` switches rules off. */
export const legacyAnswer = (
  rules: readonly PlantedRule[],
  decided: Pick<Decided, 'facts' | 'unrecorded' | 'base' | 'granted'>,
  skip?: ReadonlySet<string>,
): Answer => {
  for (const rule of rules) {
    if (skip?.has(rule.id) === true || !ruleHolds(rule, decided.facts, decided.unrecorded)) continue
    return withEffect(rule.effect, decided.base, decided.facts, decided.granted)
  }
  return decided.base
}

const noiseOf = (from: Draw, domain: Domain, right: Answer): Answer => {
  const amounts = domain.answerFields.filter((field) => typeof right[field] === 'number' && right[field] !== 0)
  if (amounts.length === 0 || from.chance(0.4)) {
    if (!sameCells(right, domain.refusal)) return domain.refusal
    return { ...right, outcome: 'referred' }
  }
  const field = from.pick(amounts)
  return { ...right, [field]: whole(right[field]) + from.whole(1, Math.max(2, Math.abs(whole(right[field])))) }
}

/** Lets the legacy work through the whole period, alone in its database: one transaction after the other. */
export const simulate = (options: WorldOptions): World => {
  const { domain, rules } = options
  const history = createHistory()
  const rows = firstRows(options)
  const commits: Commit[] = []
  const decided: Decided[] = []
  const counter = createCounter(countedFacts(rules))
  const from = draw(options.seed, 'world')
  const open = new Map<number, { readonly input: Cells; readonly key: string; readonly seq: number; readonly atMs: number }>()
  const sessions = new Map<number, Cell>()
  const groups = groupsOf(domain, rows.state)
  const referenceOf = new Map(domain.references.map((each) => [each.projection, each]))

  const write = (seq: number, committedAtMs: number, changes: readonly Change[]): void => {
    commits.push({ seq, committedAtMs, changes })
    for (const [ordinal, change] of changes.entries()) {
      if (change.table === domain.state.table)
        history.add(domain.state.projection, change.key, {
          seq,
          ordinal,
          committedAtMs,
          row: change.row,
          value: domain.state.value(change.row),
        })
      for (const each of domain.references)
        if (change.table === each.table)
          history.add(each.projection, change.key, { seq, ordinal, committedAtMs, row: change.row, value: each.value(change.row) })
    }
  }
  const look = (
    input: Cells,
    clockMs: number,
  ): { readonly ask: Ask; readonly raw: Readonly<Record<string, Cells>>; readonly stateRows: readonly Cells[] } => {
    const raw: Record<string, Cells> = { [domain.request.table]: input }
    const references: Record<string, Cells | null> = {}
    for (const [projection, each] of referenceOf) {
      const row = rows.references.get(projection)?.get(each.keyOf(input, references))
      references[projection] = row === undefined ? null : each.value(row)
      if (row !== undefined) raw[each.table] = row
    }
    const asked = String(input[domain.state.askedBy])
    const keys = domain.state.group === null ? [asked] : (groups.get(asked) ?? [])
    const stateRows = keys.flatMap((key) => listed(rows.state.get(key)))
    if (domain.state.group === null && stateRows[0] !== undefined) raw[domain.state.table] = stateRows[0]
    return { ask: { input, references, state: stateRows.map(domain.state.value), clockMs }, raw, stateRows }
  }
  const decide = (index: number, at: { readonly seq: number; readonly ordinal: number; readonly atMs: number }): readonly Change[] => {
    const request = open.get(index)
    if (request === undefined) return []
    open.delete(index)
    const clockMs = at.atMs - from.whole(1, 9)
    const { ask, raw, stateRows } = look(request.input, clockMs)
    const base = domain.policy(ask, new Set())
    const cell = cellOf(domain, ask, raw, base)
    const alternatives = domain.state.group === null ? [] : ask.state
    const facts: Facts = { cell, clockMs, alternatives, earlier: counter.look(cell, clockMs) }
    const unrecorded = from.next()
    const known = { facts, unrecorded, base, granted: domain.granted(ask) }
    const right = legacyAnswer(rules, known)
    const noise = from.chance(options.noiseShare) ? noiseOf(from, domain, right) : null
    const legacy = noise ?? right
    const candidateAtMs = request.atMs + Math.ceil(from.exponential(options.decideMs)) + 0.5
    decided.push({
      index,
      key: request.key,
      input: request.input,
      ...at,
      requestSeq: request.seq,
      committedAtMs: at.atMs,
      clockMs,
      candidateAtMs,
      ask,
      ...known,
      noise,
      legacy,
    })
    const changes: Change[] = []
    const next = domain.state.after(stateRows, request.input, legacy)
    if (next !== null) {
      const key = String(next[domain.state.keyColumn])
      rows.state.set(key, next)
      changes.push({ op: 'update', table: domain.state.table, key, row: next })
    }
    const result = { [domain.request.keyColumn]: request.key, ...legacy, dec_ts: `${new Date(clockMs).toISOString().slice(0, -1)}000Z` }
    changes.push({ op: 'create', table: domain.resultTable, key: request.key, row: result })
    return changes
  }

  write(0, options.startMs, snapshotOf(domain, rows))
  let seq = 0
  let lastMs = options.startMs
  for (const each of happenings(options)) {
    const atMs = Math.max(each.atMs, lastMs + 1)
    lastMs = atMs
    seq += 1
    if (each.kind === 'request') {
      const row = makeRow(options.columns, from, Math.floor(atMs / dayMs))
      const asked = sessions.get(each.session) ?? row[domain.state.askedBy] ?? null
      sessions.set(each.session, asked)
      const input = { ...row, [domain.state.askedBy]: asked }
      const key = `${String(options.seed % 1_000)}-${String(each.index).padStart(6, '0')}`
      open.set(each.index, { input, key, seq, atMs })
      const created: Change = { op: 'create', table: domain.request.table, key, row: { [domain.request.keyColumn]: key, ...input } }
      write(seq, atMs, [created, ...(each.now ? decide(each.index, { seq, ordinal: 0, atMs }) : [])])
    } else if (each.kind === 'answer') {
      write(seq, atMs, decide(each.index, { seq, ordinal: 0, atMs }))
    } else {
      write(seq, atMs, [each.kind === 'refill' ? refill(domain, rows, from) : referenceChange(domain, rows, from)])
    }
  }
  return { options, history, commits, decided }
}
