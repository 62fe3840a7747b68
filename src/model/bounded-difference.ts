import type { Difference } from './difference.ts'
import { shorten, weigh } from './shorten.ts'
import type { Data } from './value.ts'

/** One side of a difference weighs no more: characters, bytes and values. */
export const maxSideWeight = 16_384

/** The difference itself where its values are small enough to be kept, else one with their beginnings that says so. */
export const boundedDifference = (difference: Difference, room: number = maxSideWeight): Difference => {
  const { legacy, candidate } = difference
  if (fits(legacy, room) && fits(candidate, room)) return difference
  return {
    ...difference,
    ...(legacy === undefined ? {} : { legacy: shorten(legacy, room) }),
    ...(candidate === undefined ? {} : { candidate: shorten(candidate, room) }),
    shortened: true,
  }
}

const fits = (data: Data | undefined, room: number): boolean => data === undefined || weigh(data, room) <= room
