import { cut, visible } from '../wording/data-text.ts'

/** One line of at most `width` columns; escape sequences in data are written out, so data cannot drive the terminal. */
export const fitted = (text: string, width: number): string => cut(visible(text), Math.max(1, width))

/** {@link fitted}, painted. */
export const line = (paint: (text: string) => string, text: string, width: number): string => paint(fitted(text, width))
