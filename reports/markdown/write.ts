import { cut, visible } from '../wording/data-text.ts'

// Whatever could start markup, a link, a mention, an autolink or a cell is written so that it stays text.
const special = /[\\`*_{}[\]<>()#+!|~&@]/g

/** Text that stays text wherever it stands in GitHub-flavoured Markdown, on one line. */
export const text = (raw: string): string =>
  cut(visible(raw), 600)
    .replace(special, (character) =>
      character === '<'
        ? '&lt;'
        : character === '>'
          ? '&gt;'
          : character === '&'
            ? '&amp;'
            : character === '@'
              ? '&#64;'
              : `\\${character}`,
    )
    .replace(/:\/\//g, ':&#47;/')

/** Text as code. Fenced with more backticks than it holds, so that it cannot break out; a cell's bar is escaped. */
export const code = (raw: string): string => {
  const shown = cut(visible(raw), 300).replaceAll('|', '\\|')
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = shown.startsWith('`') || shown.endsWith('`') || shown.trim() === '' ? ' ' : ''
  return `${fence}${space}${shown}${space}${fence}`
}

export const heading = (level: 1 | 2 | 3, raw: string): string => `${'#'.repeat(level)} ${text(raw)}`

/** A table of text cells; `numbers` names the columns that stand to the right. */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[], numbers: readonly number[] = []): string => {
  const row = (cells: readonly string[]): string => `| ${cells.map(text).join(' | ')} |`
  return [row(columns), `| ${columns.map((_, at) => (numbers.includes(at) ? '--:' : '---')).join(' | ')} |`, ...rows.map(row)].join('\n')
}
