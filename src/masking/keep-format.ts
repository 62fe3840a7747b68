import type { Alphabet } from './alphabet.ts'
import { alphabetAt, leadingDigits } from './alphabet.ts'
import { permute } from './feistel.ts'
import type { Secret } from './secret.ts'

/**
 * The same format with other characters: digits for digits, letters for letters of the same script and case; blanks,
 * punctuation and length are kept. Equal texts give equal ones, and different texts different ones.
 */
export const keepTextFormat = (secret: Secret, text: string): string => replaced(secret, [...text], alphabetAt)

/** The same of a number's text: sign, point and number of digits are kept. Anything else (`NaN`) is gone: null. */
export const keepNumberFormat = (secret: Secret, text: string): string | null => {
  const first = /^-?(?=\d)/.exec(text)?.[0].length
  if (first === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return null
  const leads = /^-?\d\d/.test(text) && text[first] !== '0'
  return replaced(secret, [...text], (character, place) => (leads && place === first ? leadingDigits : alphabetAt(character)))
}

const replaced = (
  secret: Secret,
  characters: readonly string[],
  alphabetOf: (character: string, place: number) => Alphabet | null,
): string => {
  const alphabets = characters.map(alphabetOf)
  const sizes: number[] = []
  const symbols: number[] = []
  let format = ''
  for (const [place, alphabet] of alphabets.entries()) {
    const character = characters[place] ?? ''
    format += alphabet === null ? `'${character}` : alphabet.name
    if (alphabet === null) continue
    sizes.push(alphabet.characters.length)
    symbols.push(alphabet.placeOf(character))
  }
  const moved = permute(secret, format, sizes, symbols)
  let next = 0
  return characters
    .map((character, place) => {
      const alphabet = alphabets[place] ?? null
      return alphabet === null ? character : (alphabet.characters[moved[next++] ?? 0] ?? character)
    })
    .join('')
}
