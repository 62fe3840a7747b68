import type { Night } from '../src/model/night.ts'
import { csv } from './csv.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { terminal } from './terminal.ts'

export type { TerminalOptions } from './terminal.ts'
export { csv, html, json, junit, markdown, terminal }

export type ReportFormat = 'html' | 'markdown' | 'json' | 'terminal' | 'junit' | 'csv'

/** Every report by name: a pure function of the night, so that no two of them can disagree. */
export const formats: Readonly<Record<ReportFormat, (night: Night) => string>> = {
  html,
  markdown,
  json,
  terminal: (night) => terminal(night),
  junit,
  csv,
}
