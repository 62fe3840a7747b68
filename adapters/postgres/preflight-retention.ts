import { durationWords } from '../../src/model/duration.ts'
import type { PreflightAsk } from '../../src/ports/change-source.ts'
import type { Finding } from './finding.ts'
import { finding } from './finding.ts'
import type { ManagedService } from './managed-service.ts'
import type { ServerSettings } from './preflight-server.ts'

const mebibyte = 2 ** 20

/** How a setting of the server is changed, by whoever may. */
export const settingMend = (managed: ManagedService | null, name: string, value: string): string =>
  managed === null ? `ALTER SYSTEM SET ${name} = '${value}'; SELECT pg_reload_conf();` : managed.setting(name, value)

/** Whether the log that a stopped Banyan has not read stays, and where it stays for ever whether the disk is safe. */
export const checkRetention = (
  setting: ServerSettings,
  managed: ManagedService | null,
  outage: PreflightAsk['outage'],
): readonly Finding[] => [checkWalKeep(setting, managed, outage), ...checkIdleTimeout(setting, managed, outage)]

const checkWalKeep = (setting: ServerSettings, managed: ManagedService | null, outage: PreflightAsk['outage']): Finding => {
  const name = 'max_slot_wal_keep_size'
  const kept = setting[name] ?? '-1'
  const neededBytes = outage === undefined ? 0 : (outage.lastsMs / 1_000) * outage.logBytesPerSecond
  const need =
    outage === undefined ? '' : `; an outage of ${durationWords(outage.lastsMs)} keeps about ${sizeWords(neededBytes)} at the present rate`
  const enough = gigabytes(Math.max(2 * neededBytes, outage === undefined ? 50 * 2 ** 30 : 2 ** 30))
  if (kept === '-1') {
    const found = `no limit: while Banyan is stopped, the server keeps all WAL and its disk can fill${need}`
    return finding(name, 'warn', found, settingMend(managed, name, enough))
  }
  if (Number(kept) * mebibyte < neededBytes) {
    const found = `${kept} MB: too little${need}; the slot would be lost and a new snapshot needed`
    return finding(name, 'warn', found, `${settingMend(managed, name, enough)} where the disk has room for it`)
  }
  return finding(name, 'ok', `${kept} MB: a reader that is behind by more loses its slot, the disk stays safe${need}`)
}

const gigabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 30)}GB`

/** For people, in the unit that fits. */
export const sizeWords = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const at = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const size = bytes / 1024 ** at
  return `${size < 10 && at > 0 ? size.toFixed(1) : Math.round(size)} ${units[at] ?? ''}`
}

/** PostgreSQL 18 can let go of slots that nobody reads. */
const checkIdleTimeout = (setting: ServerSettings, managed: ManagedService | null, outage: PreflightAsk['outage']): readonly Finding[] => {
  const name = 'idle_replication_slot_timeout'
  const timeoutMs = 1_000 * Number(setting[name] ?? 0)
  if (outage === undefined || timeoutMs === 0) return []
  const found = `a slot that nobody reads is dropped after ${durationWords(timeoutMs)}`
  if (timeoutMs > outage.lastsMs) return [finding(name, 'ok', `${found}; the longest outage is ${durationWords(outage.lastsMs)}`)]
  const seconds = Math.ceil((2 * outage.lastsMs) / 1_000)
  return [finding(name, 'warn', `${found}: sooner than the longest outage ends`, settingMend(managed, name, `${seconds}s`))]
}
