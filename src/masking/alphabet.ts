/** Characters of one kind, which stand for each other: digits for digits, small letters of a script for such letters. */
export interface Alphabet {
  readonly name: string
  readonly characters: readonly string[]
  readonly placeOf: (character: string) => number
}

const alphabetOf = (name: string, characters: readonly string[]): Alphabet => {
  const places = new Map(characters.map((character, place) => [character, place]))
  return { name, characters, placeOf: (character) => places.get(character) ?? 0 }
}

const span = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, place) => String.fromCharCode(first.charCodeAt(0) + place))

const digits = alphabetOf('0', span('0', 10))
const small = alphabetOf('a', span('a', 26))
const capital = alphabetOf('A', span('A', 26))
/** The first digit of a number with several: another one keeps its length. */
export const leadingDigits: Alphabet = alphabetOf('1', span('1', 9))

const kinds = [/\p{Lu}/u, /\p{Ll}/u, /\p{Lt}/u, /\p{Lm}/u, /\p{Lo}/u, /\p{Nd}/u] as const
const neighbours = 128
const others = new Map<string, Alphabet>()

/** Null for what is kept as it is: blanks, punctuation, signs. */
export const alphabetAt = (character: string): Alphabet | null => {
  if (character >= '0' && character <= '9') return digits
  if (character >= 'a' && character <= 'z') return small
  if (character >= 'A' && character <= 'Z') return capital
  return character < '\u0080' ? null : otherAlphabet(character)
}

/** Letters beyond ASCII stand for those of their kind in the same 128 places of Unicode, so that script and length stay. */
const otherAlphabet = (character: string): Alphabet | null => {
  const kind = kinds.findIndex((each) => each.test(character))
  const code = character.codePointAt(0) ?? 0
  if (kind < 0) return null
  const first = code - (code % neighbours)
  const name = `${kind}.${first.toString(36)}`
  const known = others.get(name)
  if (known !== undefined) return known
  const near = Array.from({ length: neighbours }, (_, place) => first + place).filter((each) => each >= 0x80)
  const made = alphabetOf(
    name,
    near.map((each) => String.fromCodePoint(each)).filter((each) => kinds[kind]?.test(each)),
  )
  others.set(name, made)
  return made
}
