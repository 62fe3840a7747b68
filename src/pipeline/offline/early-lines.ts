import { BanyanError } from '../../model/errors.ts'
import type { Position } from '../../model/ids.ts'
import type { DeliveredLine } from '../../ports/delivery-source.ts'

/** Deliveries of versions that the log has not come to yet. */
export interface EarlyLines {
  readonly add: (line: DeliveredLine) => void
  /** Takes those whose transaction has come by now. */
  readonly upTo: (position: Position) => readonly DeliveredLine[]
  readonly rest: () => readonly DeliveredLine[]
}

const most = 1_000_000

/** `deliveries`: the file, for the error when there are more of them than could be by clocks that differ a little. */
export const createEarlyLines = (deliveries: string): EarlyLines => {
  let lines: DeliveredLine[] = []
  let earliest: Position | null = null
  return {
    add: (line) => {
      if (lines.length >= most) {
        throw new BanyanError('fixture-invalid', `more than ${most} deliveries are of versions that were not committed yet`, {
          hint: 'both files must tell of one and the same clock',
          where: deliveries,
        })
      }
      lines.push(line)
      const { position } = line
      if (position !== undefined && (earliest === null || position < earliest)) earliest = position
    },
    upTo: (position) => {
      if (earliest === null || earliest > position) return []
      const due = lines.filter((line) => (line.position ?? position) <= position)
      lines = lines.filter((line) => (line.position ?? position) > position)
      earliest = lines.reduce<Position | null>(
        (least, { position: at }) => (at === undefined || (least !== null && least < at) ? least : at),
        null,
      )
      return due
    },
    rest: () => lines,
  }
}
