import { durationWords } from '../../src/model/duration.ts'
import type { PreflightAsk } from '../../src/ports/change-source.ts'
import type { Finding } from './finding.ts'
import { finding } from './finding.ts'
import type { ManagedService } from './managed-service.ts'
import type { Server } from './server.ts'

const daySeconds = 86_400
/** Without an outage that is declared. */
const usualSeconds = 2 * daySeconds

/** The log has no slot: what is not read in time is gone. */
export const checkRetention = (
  { variables }: Server,
  managed: ManagedService | null,
  outage: PreflightAsk['outage'],
): readonly Finding[] => {
  const wantedSeconds = outage === undefined ? usualSeconds : Math.ceil(outage.lastsMs / 1_000)
  const kept = Number(variables.get('binlog_expire_logs_seconds') ?? 0) || Number(variables.get('expire_logs_days') ?? 0) * daySeconds
  return [checkAge({ kept, wantedSeconds, managed, outage }), ...checkSize(variables, outage)]
}

interface Age {
  readonly kept: number
  readonly wantedSeconds: number
  readonly managed: ManagedService | null
  readonly outage: PreflightAsk['outage']
}

const checkAge = ({ kept, wantedSeconds, managed, outage }: Age): Finding => {
  const hours = Math.ceil((2 * wantedSeconds) / 3_600)
  if (managed?.keep != null) return finding('retention', 'warn', `not known: ${managed.purges}`, managed.keep(hours))
  const keepSeconds = Math.max(7 * daySeconds, 2 * wantedSeconds)
  const mend =
    managed?.setting('binlog_expire_logs_seconds', String(keepSeconds)) ??
    `SET GLOBAL binlog_expire_logs_seconds = ${keepSeconds}; and the same in the configuration`
  if (kept === 0) {
    return managed === null
      ? finding('retention', 'ok', 'the log is never purged by age')
      : finding('retention', 'warn', `not known: ${managed.purges}`, mend)
  }
  const found = `the log is kept for ${durationWords(kept * 1_000)}`
  if (kept >= wantedSeconds) {
    return finding('retention', 'ok', outage === undefined ? found : `${found}; the longest outage is ${durationWords(outage.lastsMs)}`)
  }
  const less =
    outage === undefined
      ? 'when Banyan is stopped for longer'
      : `less than the longest outage of ${durationWords(outage.lastsMs)}, after which`
  return finding('retention', 'warn', `${found}: ${less}${outage === undefined ? ',' : ''} a new snapshot is needed`, mend)
}

/** Some servers purge by size as well; 0: they do not. */
const sizeLimits = ['max_binlog_total_size', 'binlog_space_limit'] as const

const checkSize = (variables: Server['variables'], outage: PreflightAsk['outage']): readonly Finding[] =>
  sizeLimits.flatMap((name) => {
    const limit = Number(variables.get(name) ?? 0)
    if (limit === 0 || outage === undefined) return []
    const neededBytes = Math.ceil((outage.lastsMs / 1_000) * outage.logBytesPerSecond)
    const found = `${limit} bytes of log are kept; an outage of ${durationWords(outage.lastsMs)} writes about ${neededBytes} at the present rate`
    if (limit >= neededBytes) return [finding(name, 'ok', found)]
    return [
      finding(
        name,
        'warn',
        `${found}: a new snapshot would be needed`,
        `SET GLOBAL ${name} = ${2 * neededBytes}; and the same in the configuration`,
      ),
    ]
  })
