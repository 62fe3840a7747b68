import { BanyanError } from '../../src/model/errors.ts'

/** The log says something that Banyan must not guess at. `hint`: the mend, where there is one. */
export const undecodable = (what: string, hint?: string): BanyanError =>
  new BanyanError('source-undecodable', `the server's binlog holds ${what}`, {
    hint: hint ?? 'keep the log from this place on and report it; a snapshot into an empty store goes around it',
  })
