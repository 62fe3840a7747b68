import { BanyanError } from '../../src/model/errors.ts'

/** The topic holds something that Banyan must not guess at. Never with a value, which may be personal data. */
export const undecodable = (what: string, hint?: string): BanyanError =>
  new BanyanError('source-undecodable', `the topic holds ${what}`, {
    hint:
      hint ??
      'keep the topic from this place on and report it with the version of the connector; a snapshot into an empty store goes around it',
  })
