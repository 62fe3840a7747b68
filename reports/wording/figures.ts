const unknown = '–'

/** `12345` as `12,345`; a dash for what is not a number. */
export const count = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? unknown : String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** `0.00123` as `0.123 %`, three significant digits; a share of nothing is a dash. */
export const percent = (share: number | null): string =>
  share === null || !Number.isFinite(share) ? unknown : `${Number((share * 100).toPrecision(3))} %`

/** Part of a whole, as {@link percent}. */
export const shareOf = (part: number, whole: number): string => percent(whole === 0 ? null : part / whole)

/** An amount in the smallest unit of its currency, hundredths: `123450` as `1,234.50`; a dash when unknown. */
export const money = (amount: number | null): string => {
  if (amount === null || !Number.isFinite(amount)) return unknown
  const cents = Math.abs(Math.round(amount))
  return `${amount < 0 ? '-' : ''}${count(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, '0')}`
}

/** `1 rule`, `2 rules`. */
export const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`

/** Milliseconds of computing: `0.42 ms`, `13 ms`, `2.1 s`. */
export const tookText = (ms: number): string => {
  if (!Number.isFinite(ms)) return unknown
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number(ms.toPrecision(ms < 100 ? 2 : 3))} ms`
}
