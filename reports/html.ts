import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Night } from '../src/model/night.ts'
import { chapterParts, contextChapter } from './html/context.ts'
import { glossary } from './html/glossary.ts'
import { style } from './html/style.ts'
import { table } from './html/table.ts'
import type { Html } from './html/template.ts'
import { html as markup, textOf, trusted } from './html/template.ts'
import { verdictClass } from './html/verdict.ts'
import { count } from './wording/figures.ts'
import { instantText, windowText } from './wording/instant.ts'
import { schemaChangeCells, schemaChangeColumns } from './wording/schema-changes.ts'

// Case details of all contexts together; what surrounds them is a fraction of it.
const caseRoomBytes = 1_200_000

const styleHash = btoa(String.fromCharCode(...sha256(utf8ToBytes(style))))

/** Nothing may be loaded or run: should data ever break out of its escaping, the browser still refuses. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`

/** The night as one HTML page for people: no script, no outside resource, everything from data escaped, below 2 MB however many cases there are. */
export const html = (night: Night): string => {
  const room = Math.floor(caseRoomBytes / Math.max(1, night.contexts.length))
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Banyan">
<title>${night.title}: night report</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the verdict</a>
${pageHeader(night)}
<main id="main">${schemaChanges(night)}${
    night.contexts.length === 0
      ? markup`<p class="lead chapter">No decision is being strangled yet, so there is nothing to compare.</p>`
      : night.contexts.map((context, at) => contextChapter(context, `c${at + 1}`, room))
  }
${glossary()}
</main>
<footer>Generated ${instantText(night.generatedAt)} by Banyan. All times are UTC, in the source’s time.</footer>
</body>
</html>
`
  return textOf(page)
}

const schemaChanges = (night: Night): Html | string => {
  const rows = schemaChangeCells(night)
  if (rows.length === 0) return ''
  const columns = schemaChangeColumns.map((title) => ({ title }))
  return markup`<section class="chapter"><h2>Changes of the schema</h2>${table('Changes of the legacy’s schema', columns, rows)}</section>`
}

const pageHeader = (night: Night): Html => {
  const { source } = night
  const figures: readonly (readonly [string, number])[] = [
    ['transactions', source.transactions],
    ['row changes', source.changes],
    ['business events', source.events],
    ['dead letters', source.deadLetters],
  ]
  return markup`<header><h1>${night.title}</h1><p class="sub">Night report, ${windowText(night.window)}</p>
<p class="source"><span>Source <b>${source.name}</b></span>${figures.map(([name, value]) => markup`<span><b>${count(value)}</b> ${name}</span>`)}</p>
<nav aria-label="Contents"><ul>${night.contexts.map(
    (context, at) =>
      markup`<li><a class="name" href="#c${at + 1}">${context.name}</a><span class="tag ${verdictClass[context.readiness.verdict]}">${context.readiness.verdict}</span><span class="parts">${chapterParts.map(
        ([part, title]) => markup`<a href="#c${at + 1}-${part}">${title}</a>`,
      )}</span></li>`,
  )}</ul></nav></header>`
}
