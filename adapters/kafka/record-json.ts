import { isAscii, isUtf8 } from 'node:buffer'
import type { Json, JsonObject } from './exact-json.ts'
import { isObject, parseExactJson, parseJson } from './exact-json.ts'
import { undecodable } from './undecodable.ts'

/** What a record's JSON says. */
export interface RecordJson {
  /** The same object for the same schema, so that what is made of it can be kept by it. Null: none in the record. */
  readonly schema: JsonObject | null
  readonly payload: Json
}

export interface RecordReader {
  readonly read: (bytes: Buffer, exactly: boolean) => RecordJson
}

interface KnownSchema {
  /** Everything before the payload. */
  readonly head: Buffer
  readonly schema: JsonObject
}

const start = Buffer.from('{"schema":')
const middle = ',"payload":'
/** Schemas change seldom: of a topic the last few are kept, and no more. */
const keptSchemas = 4

/** Reads the JSON of one topic's keys or values. A schema that came before is not parsed again. */
export const recordReader = (): RecordReader => {
  let known: readonly KnownSchema[] = []
  const readKnown = (bytes: Buffer, exactly: boolean): RecordJson | null => {
    const match = known.find(({ head }) => bytes.length > head.length && bytes.compare(head, 0, head.length, 0, head.length) === 0)
    if (match === undefined || bytes[bytes.length - 1] !== 0x7d) return null
    const text = textOf(bytes.subarray(match.head.length, -1))
    return { schema: match.schema, payload: exactly ? parseExactJson(text) : parseJson(text) }
  }
  const readWhole = (bytes: Buffer, exactly: boolean): RecordJson => {
    const text = textOf(bytes)
    const json = exactly ? parseExactJson(text) : parseJson(text)
    if (!hasSchema(json)) return { schema: null, payload: json }
    const { schema, payload = null } = json
    if (!isObject(schema)) return { schema: null, payload }
    const head = headOf(text)
    if (head !== null) known = [{ head: Buffer.from(head), schema }, ...known.slice(0, keptSchemas - 1)]
    return { schema, payload }
  }
  return {
    read: (bytes, exactly) => {
      if (known.length > 0 && bytes.compare(start, 0, start.length, 0, Math.min(start.length, bytes.length)) === 0) {
        const found = readKnown(bytes, exactly)
        if (found !== null) return found
      }
      return readWhole(bytes, exactly)
    },
  }
}

const textOf = (bytes: Buffer): string => {
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (!isUtf8(bytes)) throw undecodable('text that is no UTF-8')
  return bytes.toString('utf8')
}

/** The converter's wrapper has these two fields alone, and the schema of a value says its type. */
const hasSchema = (json: Json): json is JsonObject => {
  if (!isObject(json) || Object.keys(json).length !== 2 || !Object.hasOwn(json, 'schema') || !Object.hasOwn(json, 'payload')) return false
  const { schema } = json
  return schema === null || (isObject(schema) && typeof schema['type'] === 'string')
}

/** The text up to the payload; null where the fields come in another order. */
const headOf = (text: string): string | null => {
  if (!text.startsWith('{"schema":{')) return null
  let depth = 0
  let inText = false
  for (let at = '{"schema":'.length; at < text.length; at += 1) {
    const each = text[at]
    if (inText) {
      if (each === '\\') at += 1
      else if (each === '"') inText = false
    } else if (each === '"') inText = true
    else if (each === '{' || each === '[') depth += 1
    else if (each === '}' || each === ']') depth -= 1
    if (depth === 0 && !inText) {
      const end = at + 1 + middle.length
      return text.slice(at + 1, end) === middle ? text.slice(0, end) : null
    }
  }
  return null
}
