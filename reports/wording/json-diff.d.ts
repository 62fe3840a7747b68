declare module 'json-diff' {
  export const diff: (left: unknown, right: unknown) => unknown
  export const diffString: (left: unknown, right: unknown, options: { readonly color: boolean }) => string
}
