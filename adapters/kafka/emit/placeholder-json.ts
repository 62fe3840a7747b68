import type { ConnectorSettings } from '../connector-settings.ts'
import type { DeclaredType } from '../declared-type.ts'
import { uuidOf } from '../placeholder.ts'

/** What stands for a value that the log did not carry, in the shape of its type, as JSON. */
export const placeholderJson = (type: DeclaredType, { placeholder, binary, hstore }: ConnectorSettings): string => {
  const bytes = Buffer.from(placeholder)
  const codes = JSON.stringify([...bytes])
  const own = (base: string): string => {
    if (base === 'bytea') return JSON.stringify(binary === 'hex' ? placeholder : bytes.toString('base64'))
    if (base === 'hstore') {
      const map = JSON.stringify({ [placeholder]: placeholder })
      return hstore === 'map' ? map : JSON.stringify(map)
    }
    return JSON.stringify(placeholder)
  }
  if (!type.list) return own(type.base)
  if (/^(?:int[248]|float[48]|numeric)$/.test(type.base)) return codes
  return `[${type.base === 'uuid' ? JSON.stringify(uuidOf(bytes)) : own(type.base)}]`
}
