import { durationWords } from '../model/duration.ts'
import type { SourceLoad } from '../ports/change-source.ts'
import type { Estimate } from '../pipeline/estimate.ts'
import { assumed } from '../pipeline/estimate.ts'

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** For people, in the unit that fits; powers of a thousand. */
export const bytesText = (bytes: number): string => {
  const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const size = bytes / 1_000 ** at
  return `${size < 10 && at > 0 ? size.toFixed(1) : Math.round(size)} ${units[at] ?? ''}`
}

const rateText = (perSecond: number): string =>
  perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en')

/** What the legacy writes, and what Banyan will take for it; each a line. */
export const loadText = (load: SourceLoad, estimate: Estimate): string => {
  const usual = load.usualChangesPerSecond === null ? '' : `, ${rateText(load.usualChangesPerSecond)} on average since it counts`
  return [
    `load      ${rateText(load.changesPerSecond)} changes/s of the ${load.counted} over ${durationWords(load.watchedMs)}${usual}; ${bytesText(load.logBytesPerSecond)}/s of log`,
    `estimate  the store grows by about ${bytesText(estimate.storeBytesPerDay)} a day, and capture takes ${(100 * estimate.cpuShare).toFixed(1)} % of a core`,
    `          at ${rateText(estimate.changesPerSecond)} changes/s; assumed: ${assumed.storeBytesPerChange} bytes and ${assumed.storeBytesPerRowByte} times the row, and ${assumed.cpuMicrosPerChange} µs for each; without candidates`,
  ].join('\n')
}
