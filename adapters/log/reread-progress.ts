/** How far a table was read again, in the order of its key. */
export interface RereadTable {
  readonly key: readonly string[]
  readonly made?: string
  /** The last key read; null: none yet. */
  readonly last: readonly string[] | null
}

/** Tables that are read again while the stream goes on. */
export interface RereadProgress {
  /** How many parts stand behind the last commit, at its position. */
  readonly behind: number
  /** By name: what is still to be read. */
  readonly left: Readonly<Record<string, RereadTable>>
}

export const rereadText = (progress: RereadProgress): string => JSON.stringify(progress)

/** Null for a text that is none. */
export const parseReread = (text: string): RereadProgress | null => {
  try {
    return JSON.parse(text) as RereadProgress
  } catch {
    return null
  }
}
