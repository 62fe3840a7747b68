/** Rows in aligned columns, two spaces apart; columns named in `right` hold numbers. */
export const tableText = (rows: readonly (readonly string[])[], right: readonly number[] = []): string => {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  const aligned = (cell: string, column: number): string =>
    right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
  return rows.map((row) => row.map(aligned).join('  ').trimEnd()).join('\n')
}

/** `12345` as `12,345`. */
export const grouped = (count: number): string => count.toLocaleString('en')
