import type { Position } from '../../../src/model/ids.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import type { ConnectorSettings } from '../connector-settings.ts'

/** A commit's place in the log of its database, of what a position tells. */
export type LogPlace =
  | { readonly connector: 'postgresql'; readonly lsn: bigint }
  | { readonly connector: 'mysql' | 'mariadb'; readonly file: number; readonly offset: number }

const postgresShape = /^pg[^:]*:([0-9A-F]{16})$/
const binlogShape = /^(m[ya])[^:]*:([0-9A-F]{8})\.([0-9A-F]{12})$/

/** @throws BanyanError config-invalid for positions of other sources than databases. */
export const logPlace = (at: Position): LogPlace => {
  const lsn = postgresShape.exec(at)?.[1]
  if (lsn !== undefined) return { connector: 'postgresql', lsn: BigInt(`0x${lsn}`) }
  const [, flavour, file, offset] = binlogShape.exec(at) ?? []
  if (file !== undefined && offset !== undefined) {
    return { connector: flavour === 'my' ? 'mysql' : 'mariadb', file: Number(`0x${file}`), offset: Number(`0x${offset}`) }
  }
  throw new BanyanError('config-invalid', 'envelopes can be written of a database that Banyan reads itself, and of nothing else', {
    hint: 'give a source of PostgreSQL, MySQL or MariaDB',
    where: at,
  })
}

export const dialectOfPlace = ({ connector }: LogPlace): NonNullable<ConnectorSettings['dialect']> =>
  connector === 'postgresql' ? 'postgres' : 'mysql'
