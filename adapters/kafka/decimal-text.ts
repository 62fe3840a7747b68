import { undecodable } from './undecodable.ts'

const base64Shape = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Bytes of a base64 text; null: not one. */
export const fromBase64 = (text: string): Buffer | null => (base64Shape.test(text) ? Buffer.from(text, 'base64') : null)

/** The big-endian two's complement that a decimal's digits come as. */
export const unscaledOf = (bytes: Buffer): bigint => {
  if (bytes.length === 0) return 0n
  if (bytes.length <= 6) return BigInt(bytes.readIntBE(0, bytes.length))
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex')}`))
}

/** More than any database has; a broken record must not make us write a gigabyte of zeros. */
const maxScale = 200_000

/** `-1.00` of -100 and 2. A negative scale is zeros at the end. @throws BanyanError source-undecodable */
export const scaledText = (unscaled: bigint, scale: number): string => {
  if (Math.abs(scale) > maxScale) throw undecodable('a decimal of a scale that no database has')
  if (scale <= 0) return unscaled === 0n ? '0' : `${unscaled}${'0'.repeat(-scale)}`
  const negative = unscaled < 0n
  const digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

const numberShape = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,5}))?$/

/** A decimal without an exponent, and with as many digits behind the point as the column has (null: as many as are there). Null: not one, or digits beyond the scale. */
export const plainDecimal = (text: string, scale: number | null): string | null => {
  const [, sign, whole, fraction = '', exponent = '0'] = numberShape.exec(text) ?? []
  if (sign === undefined || whole === undefined) return null
  const given = fraction.length - Number(exponent)
  if (Math.abs(given) > maxScale) return null
  let unscaled = BigInt(`${sign}${whole}${fraction}`)
  let places = given
  if (scale !== null && given < scale) {
    unscaled *= 10n ** BigInt(scale - given)
    places = scale
  }
  if (scale !== null && given > scale) {
    const unit = 10n ** BigInt(given - scale)
    if (unscaled % unit !== 0n) return null
    unscaled /= unit
    places = scale
  }
  const plain = scaledText(unscaled, places)
  return sign === '-' && !plain.startsWith('-') && unscaled !== 0n ? `-${plain}` : plain
}

const specials: Readonly<Record<string, string>> = {
  NAN: 'NaN',
  NaN: 'NaN',
  POSITIVE_INFINITY: 'Infinity',
  Infinity: 'Infinity',
  NEGATIVE_INFINITY: '-Infinity',
  '-Infinity': '-Infinity',
}

export const specialDecimal = (text: string): string | null => specials[text] ?? null

/** A 32-bit float as the number with the shortest text that gives the same float; `fewest`: digits to begin with. */
export const shortestFloat = (value: number, fewest: number): number => {
  const float = Math.fround(value)
  for (let digits = fewest; digits < 9; digits += 1) {
    const short = Number(float.toPrecision(digits))
    if (Math.fround(short) === float) return short
  }
  return Number(float.toPrecision(9))
}
