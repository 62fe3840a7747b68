import process from 'node:process'
import { fileSpool, offlineRun } from '../../src/offline.ts'
import { epochMs } from '../../src/model/ids.ts'
import { benchShop } from './shop.ts'

// One offline run in a process of its own, so that its memory is its own.
const [transactions = '', deliveries = ''] = process.argv.slice(2)
const shop = benchShop({ transactions, deliveries })
const started = performance.now()
let readMs = 0
const cpuMs: Record<string, number> = {}
const told = await offlineRun({
  config: shop.config,
  transactions: shop.config.source,
  deliveries: shop.deliveries,
  signal: new AbortController().signal,
  now: epochMs(0),
  spool: fileSpool,
  onProgress: ({ phase }) => {
    const { user, system } = process.cpuUsage()
    cpuMs[phase] ??= (user + system) / 1_000
    if (phase === 'mining' && readMs === 0) readMs = performance.now() - started
  },
})
const [context] = told.night.contexts
process.stdout.write(
  JSON.stringify({
    decisions: told.decisions,
    ms: performance.now() - started,
    readMs,
    cpuMs,
    rssMiB: process.resourceUsage().maxRSS / 1024,
    diverged: context?.diverged,
    rules: told.rules.map(({ words, status }) => ({ words, status })),
    byCause: context?.byCause.filter(({ count }) => count > 0).map(({ cause, count }) => ({ cause, count })),
  }),
)
