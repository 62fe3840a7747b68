/** One column's value on its way into COPY. */
export type Cell = string | number | bigint | boolean | null

// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is what it looks for.
const special = /[\\\n\r\t\u0000]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is what it looks for.
const specials = /[\\\n\r\t\u0000]/g

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u0000': '\uFFFD' }

/** Text for COPY's text format. U+0000, which PostgreSQL cannot hold, becomes U+FFFD; canonical data never has it raw. */
export const copyText = (text: string): string => (special.test(text) ? text.replace(specials, (found) => escapes[found] ?? found) : text)

const copyCell = (cell: Cell): string => {
  if (cell === null) return '\\N'
  if (typeof cell === 'string') return copyText(cell)
  return Object.is(cell, -0) ? '-0' : String(cell)
}

/** One row in COPY's text format. */
export const copyLine = (cells: readonly Cell[]): string => {
  let line = copyCell(cells[0] ?? null)
  for (let place = 1; place < cells.length; place += 1) line += `\t${copyCell(cells[place] ?? null)}`
  return `${line}\n`
}
