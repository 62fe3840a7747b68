import { undecodable } from './pgoutput.ts'

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Ends each line of COPY's text format; inside of values it is escaped. */
export const lineEnd = 0x0a

/** Fields of one line of COPY's text format, without its end; null where the value is null. */
export const fieldsOf = (text: string): readonly (string | null)[] => {
  // Tabs and backslashes inside values are escaped, so a bare tab always separates.
  const fields = text.split('\t')
  return text.includes('\\') ? fields.map(unescaped) : fields
}

const unescaped = (field: string): string | null => {
  if (field === '\\N') return null
  if (isCut(field)) throw undecodable('a row of COPY that is cut off')
  return field.includes('\\') ? field.replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char) : field
}

/** Every backslash has something behind it: of an odd number at the end one has lost it. */
const isCut = (field: string): boolean => {
  let at = field.length
  while (field[at - 1] === '\\') at -= 1
  return (field.length - at) % 2 === 1
}
