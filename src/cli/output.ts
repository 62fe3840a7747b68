import { failureOf, failureText } from './failure.ts'

/** The two streams and what is known of them. */
export interface Terminal {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** True when progress may overwrite its line. */
  readonly interactive: boolean
  readonly debug: boolean
}

/** Where a command speaks. Data goes to stdout, everything else to stderr, so that a pipe gets the data alone. */
export interface Output {
  readonly json: boolean
  /** The command's answer, once: `data` under --json, else `text`. */
  readonly result: (data: unknown, text: string) => void
  /** What is happening now. One line that replaces the last one; without a terminal, a line every few seconds. */
  readonly progress: (line: string) => void
  /** A line for the reader that is not data. */
  readonly note: (line: string) => void
  readonly failure: (error: unknown) => void
}

const quietMs = 5_000

export const createOutput = (terminal: Terminal, options: { readonly json: boolean; readonly now?: () => number }): Output => {
  const now = options.now ?? performance.now.bind(performance)
  let open = false
  let saidAt = Number.NEGATIVE_INFINITY
  const close = (): void => {
    if (open) terminal.stderr('\n')
    open = false
  }
  const note = (line: string): void => {
    close()
    terminal.stderr(`${line}\n`)
  }
  return {
    json: options.json,
    note,
    result: (data, text) => {
      close()
      terminal.stdout(options.json ? `${jsonText(data)}\n` : text.endsWith('\n') ? text : `${text}\n`)
    },
    progress: (line) => {
      if (terminal.interactive) {
        terminal.stderr(`\r\u001b[2K${line}`)
        open = true
      } else if (now() - saidAt >= quietMs) {
        saidAt = now()
        note(line)
      }
    },
    failure: (error) => {
      close()
      const failure = failureOf(error)
      if (options.json) terminal.stdout(`${jsonText({ error: failure })}\n`)
      else terminal.stderr(failureText(failure))
      if (terminal.debug && error instanceof Error) terminal.stderr(`${error.stack}\n`)
    },
  }
}

/** One line; a bigint becomes its decimal text, bytes become hex. */
const jsonText = (data: unknown): string =>
  JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  )
