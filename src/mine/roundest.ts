const steps = [1, 0.5, 0.25, 0.2]

/**
 * The number in [low, high] that a person would have chosen: of all numbers with the coarsest step, the nearest to
 * `near`. `whole` allows whole numbers only.
 */
export const roundest = (low: number, high: number, near: number, whole: boolean): number => {
  if (!(low < high)) return near
  for (let power = 12; power >= (whole ? 0 : -4); power--) {
    for (const part of steps) {
      const step = part * 10 ** power
      if (whole && !Number.isInteger(step)) continue
      const nearest = Math.min(Math.floor(high / step + 1e-9), Math.max(Math.ceil(low / step - 1e-9), Math.round(near / step)))
      const value = Number((nearest * step).toPrecision(12))
      if (value >= low && value <= high && (value !== 0 || step <= 1)) return value
    }
  }
  return near
}

const minutes = [60, 30, 15, 10, 5]

/** The same for a time of day, in minutes since midnight: the full hour, the half, the quarter. */
export const roundestTime = (low: number, high: number, near: number): number => {
  if (!(low < high)) return near
  for (const step of minutes) {
    const nearest = Math.min(Math.floor(high / step), Math.max(Math.ceil(low / step), Math.round(near / step))) * step
    if (nearest >= low && nearest <= high) return nearest
  }
  return near
}
