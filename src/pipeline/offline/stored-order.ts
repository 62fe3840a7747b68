import type { AsOfAnswer, LegacyDecision, LiveDecision } from '../../model/decision.ts'
import type { Observation } from '../../model/observation.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import type { Verdict } from '../../model/verdict.ts'

// A store gives data back with its names in order, and the order of names is the order in which differences and conditions are told. An offline
// run keeps no store; so that it tells the same, its data is put in that order at the points where a live run stores it.

/** The same data with all names in order; itself where they are. */
export const storedData = (data: Data): Data => {
  if (data === null || typeof data !== 'object' || data instanceof Uint8Array) return data
  if (Array.isArray(data)) return storedList(data)
  const record = data as { readonly [name: string]: Data }
  const names = Object.keys(record)
  let isSame = true
  for (let at = 0; at < names.length && isSame; at++) {
    const [name, before] = [names[at] ?? '', names[at - 1]]
    isSame = (before === undefined || before <= name) && storedData(record[name] ?? null) === record[name]
  }
  return isSame ? data : Object.fromEntries(names.sort().map((name) => [name, storedData(record[name] ?? null)]))
}

const storedList = (list: readonly Data[]): readonly Data[] => {
  const stored = list.map(storedData)
  return stored.every((one, at) => one === list[at]) ? list : stored
}

const storedObservation = (observation: Observation): Observation => {
  if (observation.kind !== 'decided') return observation
  const effects = observation.effects.map(({ kind, payload }) => ({ kind, payload: storedData(payload) }))
  return { kind: 'decided', answer: storedData(observation.answer), effects }
}

const storedRead = (read: RecordedRead): RecordedRead => ({
  ...read,
  entries: read.entries.map((entry) => ({ ...entry, value: storedData(entry.value) })),
})

export const storedLive = (live: LiveDecision): LiveDecision => ({
  ...live,
  observation: storedObservation(live.observation),
  reads: live.reads.map(storedRead),
})

export const storedLegacy = (legacy: LegacyDecision): LegacyDecision => ({
  ...legacy,
  observation: legacy.observation === null ? null : storedObservation(legacy.observation),
  firstObservation: legacy.firstObservation === null ? null : storedObservation(legacy.firstObservation),
})

export const storedVerdict = (verdict: Verdict): Verdict => ({
  ...verdict,
  asOf: storedAnswer(verdict.asOf),
  evidence: verdict.evidence.length === 0 ? verdict.evidence : verdict.evidence.map((one) => ({ ...one, data: storedData(one.data) })),
})

const storedAnswer = ({ observation, reads, inputsRead }: AsOfAnswer): AsOfAnswer => ({
  observation: storedObservation(observation),
  reads: reads.map(storedRead),
  inputsRead,
})
