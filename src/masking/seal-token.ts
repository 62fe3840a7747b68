import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { encode } from '../model/canonical.ts'
import { BanyanError } from '../model/errors.ts'
import type { ResumeToken } from '../model/ids.ts'
import { resumeToken } from '../model/ids.ts'
import type { Masking } from './masking.ts'
import type { Secret } from './secret.ts'

/** Resume tokens as they are stored beside masked rows. */
export interface TokenSeal {
  /** `secret`: the source may have written keys of rows into it, which are then not legible. */
  readonly seal: (token: ResumeToken, secret: boolean) => ResumeToken
  /** @throws BanyanError masking-changed for a token that was stored under another key or policy. */
  readonly open: (token: ResumeToken) => ResumeToken
}

/** Every token carries a mark of key and policy: going on under others would mix rows that no longer join. */
export const tokenSeal = (masking: Masking): TokenSeal => {
  const { secret } = masking
  const mark = bytesToHex(secret.tag('policy', policyText(masking)).subarray(0, 4))
  return {
    seal: (token, hide) => resumeToken(`${hide ? sealed(secret, token) : token}~${mark}`),
    open: (token) => {
      const at = token.lastIndexOf('~')
      if (at < 0 || token.slice(at + 1) !== mark) throw changed(at < 0)
      return resumeToken(unsealed(secret, token.slice(0, at)))
    },
  }
}

const policyText = ({ tables }: Masking): string =>
  encode(
    Object.fromEntries(
      Object.entries(tables).map(([name, { columns = {}, derive = {} }]) => [
        name,
        {
          columns: Object.fromEntries(Object.entries(columns).map(([column, mask]) => [column, maskText(mask)])),
          derive: Object.fromEntries(Object.entries(derive).map(([column, { from, what }]) => [column, [from, what]])),
        },
      ]),
    ),
  )

const maskText = (mask: { readonly kind: string; readonly as?: unknown }): string =>
  mask.as === undefined ? mask.kind : `${mask.kind} ${String(mask.as)}`

const changed = (unmasked: boolean): BanyanError =>
  new BanyanError(
    'masking-changed',
    unmasked ? 'the store was filled without masking' : 'the store was filled under another masking key or policy',
    {
      hint: 'give the key and policy that it was filled under, or begin again with an empty store',
      where: 'masking',
    },
  )

const prefix = 'sealed:'

/** The text under a key stream that hangs on the text itself: the same token is sealed the same, and nothing else shows. */
const sealed = (secret: Secret, token: string): string => {
  const nonce = bytesToHex(secret.tag('token', token).subarray(0, 12))
  return `${prefix}${nonce}${bytesToHex(mixed(secret, nonce, utf8ToBytes(token)))}`
}

const unsealed = (secret: Secret, text: string): string => {
  if (!text.startsWith(prefix)) return text
  const nonce = text.slice(prefix.length, prefix.length + 24)
  return new TextDecoder().decode(mixed(secret, nonce, hexToBytes(text.slice(prefix.length + 24))))
}

const mixed = (secret: Secret, nonce: string, bytes: Uint8Array): Uint8Array => {
  const result = new Uint8Array(bytes.length)
  for (let from = 0; from < bytes.length; from += 32) {
    const stream = secret.tag('token-stream', `${nonce}|${from}`)
    for (let at = from; at < Math.min(from + 32, bytes.length); at += 1) result[at] = (bytes[at] ?? 0) ^ (stream[at - from] ?? 0)
  }
  return result
}
