import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { BanyanError } from '../model/errors.ts'

/** Keyed hashes under one secret. The key itself cannot be asked for, so that no error and no dump shows it. */
export interface Secret {
  /** HMAC-SHA-256 of the parts. The 32 bytes are the caller's until the next call. */
  readonly tag: (purpose: string, text: string) => Uint8Array
}

const fewestCharacters = 32

/**
 * A secret from a text of the environment.
 *
 * @throws BanyanError masking-invalid for one that is missing or short: what is hashed under a guessable key can be guessed.
 */
export const secretOf = (key: string | undefined): Secret => {
  if (key === undefined || key.length < fewestCharacters) {
    throw new BanyanError(
      'masking-invalid',
      key === undefined || key === '' ? 'the masking key is missing' : 'the masking key is too short',
      {
        hint: `give at least ${fewestCharacters} random characters by the environment, e.g. of \`openssl rand -hex 32\`, and keep them: under another key nothing joins`,
        where: 'masking.key',
      },
    )
  }
  const beginning = hmac.create(sha256, utf8ToBytes(key))
  const working = beginning.clone()
  const bytes = new Uint8Array(32)
  return {
    tag: (purpose, text) => {
      beginning._cloneInto(working)
      working.update(utf8ToBytes(`${purpose.length}:${purpose}${text}`)).digestInto(bytes)
      return bytes
    },
  }
}
