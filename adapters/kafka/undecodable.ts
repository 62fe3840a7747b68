import { BanyanError } from '../../src/model/errors.ts'

/** The topic holds something that Banyan must not guess at. Never with a value, which may be personal data. */
export const undecodable = (what: string): BanyanError =>
  new BanyanError('source-undecodable', `the topic holds ${what}`, {
    hint: 'keep the topic from this place on and report it with the version of the connector; a snapshot into an empty store goes around it',
  })

/** The record may be sound: it cannot be read as the source is set, and can be once that is mended. */
export const unsettled = (what: string, hint: string): BanyanError =>
  new BanyanError('source-settings', `the topic holds ${what}`, { hint })
