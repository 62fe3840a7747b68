import { bytesToHex } from '@noble/hashes/utils.js'
import { permute } from './feistel.ts'
import type { Secret } from './secret.ts'

/** 128 bits of the keyed hash, as 32 hex digits. */
export const keyedText = (secret: Secret, text: string): string => bytesToHex(secret.tag('hash', text).subarray(0, 16))

export const keyedBytes = (secret: Secret, bytes: Uint8Array): Uint8Array => secret.tag('hash-bytes', bytesToHex(bytes)).slice(0, 16)

const half = 2 ** 26
const offset = 2 ** 52
const safeSizes = [half, half * 2] as const

/** Another integer of JavaScript's safe ones: no two give the same, so that a masked key is a key. */
export const keyedInteger = (secret: Secret, value: number): number => {
  // Every integer type up to 32 bits, and then some, lies between -2^52 and 2^52.
  const place = value + offset
  const [high = 0, low = 0] = permute(secret, 'integer', safeSizes, [Math.floor(place / (half * 2)), place % (half * 2)])
  return high * half * 2 + low - offset
}

const wideSizes = [2 ** 32, 2 ** 32] as const

/** Another integer of 64 bits, as a bigint; no two give the same. */
export const keyedBigint = (secret: Secret, value: bigint): bigint => {
  const bits = BigInt.asUintN(64, value)
  const [high = 0, low = 0] = permute(secret, 'bigint', wideSizes, [Number(bits >> 32n), Number(bits & 0xffff_ffffn)])
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))
}
