import { BanyanError } from './errors.ts'

const unitMs = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

export type DurationUnit = keyof typeof unitMs

/** A length of time as people write it: `'250 ms'`, `'5 s'`, `'15 min'`, `'26 h'`, `'2 d'` (a day is 24 h). */
export type Duration = `${number} ${DurationUnit}` | `${number}${DurationUnit}`

const pattern = /^(\d+(?:\.\d+)?) ?(ms|s|min|h|d)$/

/**
 * The milliseconds of a duration.
 *
 * @throws BanyanError config-invalid for anything but a number of ms, s, min, h or d.
 */
export const durationMs = (text: Duration): number => {
  const [, amount, unit] = pattern.exec(text) ?? []
  if (amount === undefined || !isUnit(unit)) {
    throw new BanyanError('config-invalid', `'${text}' is not a duration`, {
      hint: "write a number and one of ms, s, min, h, d, e.g. '15 min'",
    })
  }
  return Number(amount) * unitMs[unit]
}

const isUnit = (text: string | undefined): text is DurationUnit => text !== undefined && text in unitMs

/** A duration for people, in its two largest units: `1 d 2 h`, `3 min 5 s`, `250 ms`. */
export const durationWords = (ms: number): string => {
  const units = (['d', 'h', 'min', 's'] as const).map((unit) => ({ unit, sizeMs: unitMs[unit] }))
  const whole = Math.round(Math.abs(ms))
  const first = units.findIndex(({ sizeMs }) => whole >= sizeMs)
  const major = units[first]
  if (major === undefined) return `${ms < 0 ? '-' : ''}${whole} ms`
  const minor = units[first + 1] ?? { unit: 'ms', sizeMs: 1 }
  const rounded = Math.round(whole / minor.sizeMs) * minor.sizeMs
  if (rounded !== whole) return durationWords(Math.sign(ms) * rounded)
  const majors = Math.floor(rounded / major.sizeMs)
  const minors = Math.round((rounded - majors * major.sizeMs) / minor.sizeMs)
  return `${ms < 0 ? '-' : ''}${majors} ${major.unit}${minors === 0 ? '' : ` ${minors} ${minor.unit}`}`
}
