import type { Rounding } from '../model/hidden-rule.ts'

/** Free of the last digits, which binary fractions spoil. */
export const clean = (value: number): number => Math.round(value * 1e6) / 1e6

/** Whole numbers stay whole (rounded down), money keeps cents. */
export const scaled = (value: number, factor: number): number =>
  Number.isInteger(value) ? Math.floor(value * factor + 1e-9) : Math.round(value * factor * 100) / 100

/** The multiple of `unit` that the value is rounded to. A value within a billionth of a half or a multiple is taken for it. */
export const roundTo = (value: number, unit: number, mode: Rounding): number => {
  const times = value / unit
  const near = Math.round(times * 2) / 2
  const exact = Math.abs(times - near) < 1e-7 ? near : times
  // 1.15 is 115 × 0.01: multiplying by 0.01 spoils digits, dividing by 100 does not.
  const per = Math.round(1 / unit)
  return unit < 1 && Math.abs(per * unit - 1) < 1e-9 ? whole(exact, mode) / per : clean(whole(exact, mode) * unit)
}

const whole = (value: number, mode: Rounding): number => {
  const down = Math.floor(value)
  switch (mode) {
    case 'down':
      return down
    case 'up':
      return Math.ceil(value)
    case 'zero':
      return Math.trunc(value)
    case 'half-up':
      return Math.sign(value) * Math.floor(Math.abs(value) + 0.5)
    case 'half-down':
      return Math.sign(value) * Math.ceil(Math.abs(value) - 0.5)
    case 'half-even':
      return value - down === 0.5 ? (down % 2 === 0 ? down : down + 1) : Math.round(value)
    default:
      return mode satisfies never
  }
}
