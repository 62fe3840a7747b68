import type { Content, Html } from './template.ts'
import { html } from './template.ts'

/** A titled part of the page that a link can lead to. */
export const section = (id: string, title: string, content: Content, lead: string | null = null): Html => html`
<section id="${id}" aria-labelledby="${id}-title"><h3 id="${id}-title">${title}</h3>${lead === null ? null : html`<p class="lead">${lead}</p>`}${content}</section>`
