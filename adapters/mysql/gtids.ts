import { GtidSet, MariadbGtidPosition } from '@vlasky/zongji'
import { undecodable } from './undecodable.ts'

/** Which transactions a place in the log has behind it, by their global ids. Text is the server's own form. */
export interface Gtids {
  readonly add: (gtid: string) => void
  readonly text: () => string
}

export const gtidsOf = (flavour: 'mysql' | 'mariadb', text: string): Gtids => (flavour === 'mysql' ? mysqlGtids(text) : mariadbGtids(text))

const mysqlGtids = (text: string): Gtids => {
  const set = GtidSet.parse(text)
  return { add: (gtid) => checked(gtid, () => set.add(gtid)), text: () => set.toString() }
}

const mariadbGtids = (text: string): Gtids => {
  const last = MariadbGtidPosition.parse(text)
  return {
    add: (gtid) => {
      const [domain, server, sequence] = gtid.split('-')
      checked(gtid, () => last.add({ domainId: Number(domain), serverId: Number(server), seqNo: sequence ?? '0' }))
    },
    text: () => last.toString(),
  }
}

const checked = (gtid: string, add: () => void): void => {
  try {
    add()
  } catch {
    throw undecodable(`the impossible GTID ${gtid}`)
  }
}

/** One text for one position, whatever the order in which the server names its domains. */
export const sortedMariadbGtids = (text: string): string => MariadbGtidPosition.parse(text).toString()
