import process from 'node:process'

/** Where a long bench is, on stderr, with the minutes and seconds since it began. */
export const tell = (text: string): void => {
  const seconds = Math.round(process.uptime())
  console.error(`  ${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}  ${text}`)
}
