import type { CauseLabel, NightCase, NightContext } from '../../src/model/night.ts'
import { causeOrder, causeWords } from '../wording/causes.ts'
import { plural } from '../wording/figures.ts'
import { caseDetails } from './case.ts'
import { leftOut } from './table.ts'
import type { Html } from './template.ts'
import { html, textOf } from './template.ts'

const maxPerCause = 20

/** The cases that are told on the page, with the anchor of each. */
export const shownCases = (context: NightContext, prefix: string): ReadonlyMap<NightCase, string> => {
  const counts = new Map<CauseLabel, number>()
  const shown = new Map<NightCase, string>()
  for (const one of context.cases) {
    const before = counts.get(one.cause) ?? 0
    if (before >= maxPerCause) continue
    counts.set(one.cause, before + 1)
    shown.set(one, `${prefix}-case-${shown.size + 1}`)
  }
  return shown
}

/** Examples by cause, folded up; a page of a few megabytes freezes browsers, so `roomBytes` ends the list and says so. */
export const cases = (context: NightContext, anchors: ReadonlyMap<NightCase, string>, roomBytes: number): Html => {
  if (context.cases.length === 0) return html`<p class="note">No example was kept.</p>`
  let room = roomBytes
  let told = 0
  const groups = causeOrder.map((cause) => {
    const blocks: Html[] = []
    for (const [one, anchor] of anchors) {
      if (one.cause !== cause) continue
      const block = caseDetails(one, anchor)
      room -= textOf(block).length
      // A case that is linked to must exist, so it stays as a line that says why it is empty.
      if (room > 0) told += 1
      blocks.push(room > 0 ? block : html`<p class="note" id="${anchor}">A case too many for this page.</p>`)
    }
    return blocks.length === 0 ? null : html`<h4>${causeWords[cause].title}</h4><p class="lead">${causeWords[cause].meaning}</p>${blocks}`
  })
  const left = context.cases.length - told
  return html`${groups}${leftOut(left, plural(left, 'more example'))}`
}
