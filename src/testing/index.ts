export type { ChangeSourceContract, ChangeSourceHarness, LegacySession, OpenOptions } from './change-source-contract.ts'
export { changeSourceCases, changeSourceContract } from './change-source-contract.ts'
