import type { Figure } from '../figure.ts'
import type { Result } from './contest.ts'
import { contest } from './contest.ts'
import { growthFigure, largeFigures } from './growth.ts'
import { ours, peers } from './peers.ts'
import type { Workload } from './workloads.ts'
import { workloads } from './workloads.ts'

const told = ({ contestant, perSecond, changes }: Result, truth: number): string =>
  `  ${contestant.name.padEnd(26)}${Math.round(perSecond).toLocaleString('en').padStart(12)}/s  ${String(changes).padStart(5)} ${changes === truth ? 'right' : `wrong: it is ${truth}`}`

const figuresOf = (workload: Workload, results: readonly Result[]): readonly Figure[] => {
  const mine = results.find(({ contestant }) => contestant.name === 'banyan')
  if (mine === undefined) return []
  return results.flatMap(({ contestant, perSecond, changes }) =>
    contestant.name === 'banyan'
      ? []
      : [
          {
            name: `compare.${workload.name}.${contestant.name}`,
            value: Math.round(mine.perSecond),
            unit: 'diffs/s',
            peer: contestant.name,
            peerValue: Number(perSecond.toPrecision(4)),
            ratio: Number((mine.perSecond / perSecond).toPrecision(3)),
            context: `${workload.what}; changes named: ${mine.changes} by Banyan, with tolerances on, ${changes} by the peer, ${workload.truth} in truth; freshly parsed, interleaved rounds`,
          },
        ],
  )
}

/** Two answers compared, beside every library that does so; whether the answer is right stands on stderr and in the context. */
export async function* run(): AsyncGenerator<Figure, undefined> {
  for (const workload of workloads) {
    const results = contest(workload, [ours(workload), ...peers])
    console.error(`  ${workload.what} (${workload.legacy.length} bytes)`)
    for (const result of results) console.error(told(result, workload.truth))
    yield* figuresOf(workload, results)
  }
  yield growthFigure()
  yield* largeFigures()
}
