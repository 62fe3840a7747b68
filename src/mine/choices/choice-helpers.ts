import { ebcdicOrder } from './item-columns.ts'

/** Functions that the patch of a choice needs, as source text by name. */
export const choiceHelpers: Readonly<Record<string, string>> = {
  plain: `const plain = (value: Data | undefined): unknown => (typeof value === 'string' ? (/^-?\\d+(\\.\\d+)?$/.test(value) ? Number(value) : value.trim()) : value)`,
  inOrder: `const inOrder = (a: Data | undefined, b: Data | undefined): number => {
  const [left, right] = [plain(a), plain(b)]
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0
}`,
  ebcdic: `const ebcdic = (value: Data | undefined): string =>
  Array.from(String(value ?? '').trim(), (letter) => String.fromCharCode(1 + ${JSON.stringify(ebcdicOrder)}.indexOf(letter))).join('')`,
  chosen: `const chosen = (
  list: Data | undefined,
  told: (one: { readonly value: Data; readonly place: number }) => Data | undefined,
  mine: Data | undefined,
  isEligible: (one: { readonly value: Data; readonly place: number }, own: { readonly value: Data; readonly place: number }) => boolean,
  order: (a: { readonly value: Data; readonly place: number }, b: { readonly value: Data; readonly place: number }) => number,
): { readonly value: Data; readonly place: number } | null => {
  const all = (Array.isArray(list) ? (list as readonly Data[]) : []).map((value, place) => ({ value, place }))
  const [own, ...others] = mine === undefined || mine === null ? [] : all.filter((one) => inOrder(told(one), mine) === 0)
  if (own === undefined || others.length > 0) return null
  const [first, second] = all.filter((one) => isEligible(one, own)).sort(order)
  // Where two are first, nothing is chosen.
  return first === undefined || (second !== undefined && order(first, second) === 0) ? null : first
}`,
}
