import type { LegacyTransaction, SourceItem } from '../model/change-event.ts'
import type { EpochMs } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { SourceTime } from './config.ts'

const mapped = (time: SourceTime, at: EpochMs): EpochMs => epochMs(time.as + (at - time.from) * time.speed)

/** The source's time now, with microseconds. */
export const sourceClock = (time: SourceTime | null): Clock => {
  const realNow = (): EpochMs => epochMs(performance.timeOrigin + performance.now())
  return { now: time === null ? realNow : () => mapped(time, realNow()) }
}

/** The same item with its times in the source's time. */
export const inSourceTime = (time: SourceTime | null, item: SourceItem): SourceItem => {
  if (time === null) return item
  if (item.kind === 'progress') return { ...item, at: mapped(time, item.at) }
  const header: LegacyTransaction['header'] = {
    ...item.header,
    beganAt: item.header.beganAt === null ? null : mapped(time, item.header.beganAt),
    committedAt: mapped(time, item.header.committedAt),
    capturedAt: mapped(time, item.header.capturedAt),
  }
  return { ...item, header }
}
