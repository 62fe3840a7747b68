/** The stages of a run, in the order in which data passes them. Each but `mine` follows the log; mining comes when the input has ended. */
export const stageNames = ['capture', 'shadow', 'pair', 'classify', 'publish', 'emit', 'mine'] as const

export type StageName = (typeof stageNames)[number]
