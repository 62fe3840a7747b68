import { undecodable } from './undecodable.ts'

/** A number whose text a double does not give back. */
export interface NumberLiteral {
  readonly literal: string
}

/** Parsed JSON. Numbers that a double cannot hold are there as `bigint` or {@link LiteralNumber} once they were read exactly. */
export type Json = null | boolean | number | bigint | string | LiteralNumber | readonly Json[] | { readonly [name: string]: Json }

const literals = new WeakSet<object>()

/** Made by the exact reading alone: no object of a record can pass for it. */
export type LiteralNumber = NumberLiteral & { readonly [name: string]: Json }

export const isLiteralNumber = (json: Json | undefined): json is LiteralNumber =>
  typeof json === 'object' && json !== null && literals.has(json)

export type JsonObject = { readonly [name: string]: Json }

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && !literals.has(json)

/** Thrown where a double has lost digits that are needed: the text is then read again, exactly. */
export const digitsNeeded: unique symbol = Symbol('digits needed')

/** Fast; numbers are doubles. @throws BanyanError source-undecodable */
export const parseJson = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw undecodable('a record that is no JSON, or cut off')
  }
}

/** So many digits a double gives back as they were. */
export const trustedDigits = 15

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown

const parse = JSON.parse as (text: string, reviver: Reviver) => unknown

const exactly: Reviver = (_, value, { source }) => {
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value
  if (/^-?\d+$/.test(source)) return BigInt(source)
  if (source.length <= trustedDigits && String(value) === source) return value
  const literal = { literal: source }
  literals.add(literal)
  return literal
}

/** Several times slower; no digit is lost. @throws BanyanError source-undecodable */
export const parseExactJson = (text: string): Json => {
  try {
    return parse(text, exactly) as Json
  } catch {
    throw undecodable('a record that is no JSON, or cut off')
  }
}
