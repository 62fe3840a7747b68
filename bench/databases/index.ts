import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BanyanError } from '../../src/model/errors.ts'
import type { Figure } from '../figure.ts'
import { tell } from '../progress.ts'
import { latencyFigure } from './latency.ts'
import { mysqlFigure } from './mysql-figures.ts'
import type { PostgresArena, Sizes } from './postgres-arena.ts'
import { openPostgresArena } from './postgres-arena.ts'
import { bigTransactionFigure, growthFigure, snapshotFigure, sourceFigure } from './postgres-figures.ts'

const fullSizes: Sizes = { parts: 2, largeParts: 50, snapshotRows: 1_000_000, bigTransactionRows: 2_000_000, steadySeconds: 20 }
const quickSizes: Sizes = { parts: 2, largeParts: 5, snapshotRows: 300_000, bigTransactionRows: 200_000, steadySeconds: 5 }

/** One figure, from servers and stores of its own: none finds what another left behind. */
interface Part {
  readonly figure: string
  readonly server: string
  readonly measure: (folder: string, sizes: Sizes) => Promise<Figure>
}

const ofPostgres = (figure: string, measure: (arena: PostgresArena, sizes: Sizes) => Promise<Figure>): Part => ({
  figure,
  server: 'postgres',
  measure: async (folder, sizes) => {
    await using arena = await openPostgresArena(folder)
    return await measure(arena, sizes)
  },
})

const parts: readonly Part[] = [
  ofPostgres('latency.p99Ms', latencyFigure),
  ofPostgres('source.postgres', sourceFigure),
  ofPostgres('snapshot.postgres', snapshotFigure),
  ...(['mariadb', 'mysql'] as const).map(
    (flavour): Part => ({ figure: `source.${flavour}`, server: flavour, measure: (folder) => mysqlFigure(flavour, folder) }),
  ),
  ofPostgres('rss.bigTransactionMiB', bigTransactionFigure),
  ofPostgres('rss.growthMiB', growthFigure),
]

/**
 * How fast and how small each database gets from its log to the durable store. `--quick`: smaller backlogs; `--only=`, as often as one likes: part
 * of a figure's name, or a kind of server.
 */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  const only = options.flatMap((option) => (option.startsWith('--only=') ? [option.slice('--only='.length)] : []))
  const chosen = parts.filter(({ figure, server }) => only.length === 0 || only.some((word) => word === server || figure.includes(word)))
  if (chosen.length === 0) {
    throw new BanyanError('usage', `no figure is called ${only.join(' or ')}`, { hint: parts.map(({ figure }) => figure).join(' | ') })
  }
  const sizes = options.includes('--quick') ? quickSizes : fullSizes
  for (const { figure, measure } of chosen) {
    const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-'))
    await chmod(folder, 0o755)
    tell(figure)
    try {
      yield await measure(folder, sizes)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
