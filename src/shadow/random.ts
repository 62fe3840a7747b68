import { hashText } from '../model/hash.ts'

/** A sequence in [0, 1) that is the same for the same seed, on every machine (sfc32). */
export const seededRandom = (seed: string): (() => number) => {
  let state: [number, number, number, number] | null = null
  return () => {
    // Most candidates never draw: the seed is hashed only for those that do.
    state ??= wordsOf(seed)
    const [a, b, c, counter] = state
    const sum = (((a + b) | 0) + counter) | 0
    state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + sum) | 0, (counter + 1) | 0]
    return (sum >>> 0) / 4_294_967_296
  }
}

const wordsOf = (seed: string): [number, number, number, number] => {
  const hash = hashText(seed)
  const word = (index: number): number => Number.parseInt(hash.slice(index * 8, index * 8 + 8), 16) | 0
  return [word(0), word(1), word(2), word(3)]
}
