import type { Secret } from './secret.ts'

const rounds = 10
const symbolsPerTag = 8

/** Sizes of the alphabets of one half, and which of their symbols stand in it. */
interface Half {
  readonly sizes: readonly number[]
  symbols: number[]
}

/**
 * A keyed permutation of lists of symbols: place `i` holds a number below `sizes[i]`, before and after. Two lists never
 * meet in one, so what is told apart stays told apart. An alternating Feistel network of ten rounds, as in FF1.
 */
export const permute = (secret: Secret, tweak: string, sizes: readonly number[], symbols: readonly number[]): readonly number[] => {
  const middle = symbols.length >> 1
  const left: Half = { sizes: sizes.slice(0, middle), symbols: symbols.slice(0, middle) }
  const right: Half = { sizes: sizes.slice(middle), symbols: symbols.slice(middle) }
  for (let round = 0; round < rounds; round += 1) {
    const [turned, asked] = round % 2 === 0 ? [right, left] : [left, right]
    turn(secret, `${tweak}|${round}|${asked.symbols.join(',')}`, turned)
  }
  return [...left.symbols, ...right.symbols]
}

/** Each symbol moves on in its alphabet by a number that hangs on the other half. */
const turn = (secret: Secret, seed: string, half: Half): void => {
  const { sizes, symbols } = half
  for (let from = 0; from < symbols.length; from += symbolsPerTag) {
    const tag = secret.tag('permute', `${from}|${seed}`)
    for (let at = 0; at < symbolsPerTag && from + at < symbols.length; at += 1) {
      const size = sizes[from + at] ?? 1
      const step =
        (tag[4 * at] ?? 0) * 0x1000000 + (tag[4 * at + 1] ?? 0) * 0x10000 + (tag[4 * at + 2] ?? 0) * 0x100 + (tag[4 * at + 3] ?? 0)
      symbols[from + at] = ((symbols[from + at] ?? 0) + (step % size)) % size
    }
  }
}
