import process from 'node:process'
import { emitDebezium } from '../../adapters/kafka/emit/emit-debezium.ts'
import type { EmitTarget } from '../../adapters/kafka/emit/emit-debezium.ts'
import type { PostgresOptions } from '../../adapters/postgres/change-source.ts'
import { postgres } from '../../adapters/postgres/change-source.ts'

/** Emits in a process of its own, to be killed; with `current` it ends by itself. */
const [options = '{}', target = '{}', until = ''] = process.argv.slice(2)
await using source = postgres(JSON.parse(options) as PostgresOptions)
await emitDebezium({
  ...(JSON.parse(target) as EmitTarget),
  source,
  signal: new AbortController().signal,
  ...(until === 'current' ? { until } : {}),
})
