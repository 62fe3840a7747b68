/** How one field is compared. */
export type Tolerance =
  | { readonly kind: 'exact' }
  | { readonly kind: 'absolute'; readonly within: string }
  | { readonly kind: 'relative'; readonly within: number }
  | { readonly kind: 'time'; readonly withinMs: number }
  | { readonly kind: 'ignore'; readonly reason: string; readonly owner: string | null; readonly until: string | null }
  /** Array elements are matched by these fields instead of by place. */
  | { readonly kind: 'keyed'; readonly by: readonly string[] }
  | { readonly kind: 'unordered' }

/** JSON Pointer (a segment may be `*`) → how the value there is compared. Unnamed paths are exact. */
export type Comparison = Readonly<Record<string, Tolerance>>
