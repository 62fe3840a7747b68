const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Fields of one line of COPY's text format; null where the value is null. */
export const fieldsOf = (line: Buffer): readonly (string | null)[] => {
  const end = line.length - (line.at(-1) === 0x0a ? 1 : 0)
  const text = line.toString('utf8', 0, end)
  // Tabs and backslashes inside values are escaped, so a bare tab always separates.
  const fields = text.split('\t')
  return text.includes('\\') ? fields.map(unescaped) : fields
}

const unescaped = (field: string): string | null => {
  if (field === '\\N') return null
  return field.includes('\\') ? field.replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char) : field
}
