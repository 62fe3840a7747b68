import type { CauseLabel } from '../../src/model/night.ts'
import { causeWords } from '../wording/causes.ts'
import type { Html } from './template.ts'
import { html } from './template.ts'

/** The cause's colour, always beside its name: colour alone says nothing to some. */
export const causeChip = (cause: CauseLabel): Html =>
  html`<span class="chip"><i class="dot c-${cause}"></i>${causeWords[cause].title}</span>`
