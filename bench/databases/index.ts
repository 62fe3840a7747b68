import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from '../figure.ts'
import { mysqlFigures } from './mysql-figures.ts'
import { fullSizes, postgresFigures, quickSizes } from './postgres-figures.ts'

/** How fast and how small each database gets from its log to the durable store. `--quick`: smaller backlogs; `--only=postgres`. */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-'))
  await chmod(folder, 0o755)
  const only = options.find((option) => option.startsWith('--only='))?.slice('--only='.length)
  try {
    if (only === undefined || only === 'postgres') yield* postgresFigures(folder, options.includes('--quick') ? quickSizes : fullSizes)
    for (const flavour of ['mariadb', 'mysql'] as const) if (only === undefined || only === flavour) yield* mysqlFigures(flavour, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
