import type { Connection } from 'mysql2'
import ZongJi from '@vlasky/zongji'
import type { BinlogPlace } from './binlog-place.ts'
import { clientOptions, sessionSql } from './connect.ts'
import type { Settings } from './options.ts'

/** A running dump of the binlog. */
export interface BinlogSession {
  /** Stops reading from the socket; what it has sent so far may still come. */
  readonly pause: () => void
  readonly resume: () => void
  readonly close: () => void
}

export interface BinlogSessionOptions {
  readonly settings: Settings
  readonly from: BinlogPlace
  /** Executed GTIDs at `from`: for places that the plain command cannot name. */
  readonly gtids: string
  /** How often an idle server sends a sign of life. */
  readonly heartbeatMs: number
  /** Whether events carry a checksum, told before the first of them. */
  readonly onChecksums: (used: boolean) => void
  /** One event. The bytes are the driver's own and change after the call. */
  readonly onEvent: (bytes: Buffer) => void
  /** Once; nothing comes after it. Without an error: the server has ended the dump. */
  readonly onEnd: (error?: unknown) => void
  /** Ends a dump that has not started yet; one that has is ended by `close`. */
  readonly signal: AbortSignal
}

/** The part of a packet that the driver's types leave out. */
interface Packet {
  readonly buffer: Buffer
  readonly offset: number
  readonly end: number
  readonly isEOF: () => boolean
  readonly isError: () => boolean
  readonly asError: (encoding?: string) => Error
}

/** The part of a connection that the driver's types leave out. */
interface NumberedConnection {
  sequenceId: number
  handlePacket: (packet?: { readonly sequenceId: number }) => unknown
}

/** What the library makes just before it sends the dump command, and does not declare. */
interface DumpClass {
  readonly BinlogClass: { readonly prototype: { binlogData: unknown; onResult: unknown } }
}

/**
 * Starts a dump. The library connects, finds out what server it is, agrees on checksums and sends the command; its events are
 * taken as bytes, before it decodes any, because it goes on after an error and tells absent values from null no more.
 */
export const startBinlog = async (options: BinlogSessionOptions): Promise<BinlogSession> => {
  const { settings, from, signal } = options
  signal.throwIfAborted()
  const started = Promise.withResolvers<BinlogSession>()
  const zongji = new ZongJi(clientOptions(settings))
  let over = false
  const close = (): void => {
    if (over) return
    over = true
    signal.removeEventListener('abort', giveUp)
    endDump(zongji)
  }
  const end = (error?: unknown): void => {
    if (over) return
    close()
    started.reject(error)
    options.onEnd(error)
  }
  const giveUp = (): void => end(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  zongji.on('error', end)
  zongji.on('ready', () => {
    const { connection } = zongji
    if (connection === null || over) return
    // These come before the dump command, which is sent when its listeners are through.
    for (const sql of [sessionSql, heartbeatSql(options.heartbeatMs), checksumSql])
      connection.query(sql, (error: unknown) => error !== null && end(error))
    options.onChecksums(zongji.useChecksum)
    acceptNumbers(connection)
    zongji.ctrlConnection?.query(sessionSql, (error: unknown) => error !== null && end(error))
    takeBytes(zongji, { isOver: () => over, onEvent: options.onEvent, end })
    signal.removeEventListener('abort', giveUp)
    started.resolve(session(connection, close))
  })
  zongji.start({ serverId: settings.serverId, ...startOf(from, options.gtids) })
  return started.promise
}

const politeMs = 1000

/** Asks the server to end the dump: by itself it would notice with the next heartbeat only, and keep its files for it until then. */
const endDump = ({ connection, ctrlConnection }: ZongJi): void => {
  connection?.destroy()
  const threadId = connection?.threadId ?? null
  if (ctrlConnection === null || threadId === null) {
    ctrlConnection?.destroy()
    return
  }
  setTimeout(() => ctrlConnection.destroy(), politeMs).unref()
  ctrlConnection.query(`KILL ${threadId}`, () => ctrlConnection.destroy())
}

const session = (connection: Connection, close: () => void): BinlogSession => ({
  pause: () => connection.pause(),
  resume: () => connection.resume(),
  close,
})

/** The plain command has 32 bits for the offset; a transaction that large leaves a longer file behind. */
const startOf = ({ file, offset }: BinlogPlace, gtids: string): { filename: string; position: number } | { gtidSet: string } =>
  offset > 0xffff_ffff && gtids !== '' ? { gtidSet: gtids } : { filename: file, position: offset }

const heartbeatSql = (everyMs: number): string => {
  const nanoseconds = Math.round(everyMs * 1_000_000)
  return `SET @master_heartbeat_period = ${nanoseconds}, @source_heartbeat_period = ${nanoseconds}`
}

/** MySQL 9 knows the second name only. */
const checksumSql = 'SET @source_binlog_checksum = @@global.binlog_checksum'

/** MySQL begins to count packets anew when a dump begins; the driver would write a warning of it to the console. */
const acceptNumbers = (connection: Connection): void => {
  const numbered = connection as unknown as NumberedConnection
  const handle = numbered.handlePacket.bind(connection)
  numbered.handlePacket = (packet) => {
    if (packet !== undefined) numbered.sequenceId = packet.sequenceId
    return handle(packet)
  }
}

interface Tap {
  readonly isOver: () => boolean
  readonly onEvent: (bytes: Buffer) => void
  readonly end: (error?: unknown) => void
}

const takeBytes = (zongji: ZongJi, { isOver, onEvent, end }: Tap): void => {
  const { prototype } = (zongji as unknown as DumpClass).BinlogClass
  // The driver tells a command with this function of an error; without it, the error would end the process.
  prototype.onResult = end
  prototype.binlogData = (packet: Packet): unknown => {
    if (isOver()) return prototype.binlogData
    if (packet.isError()) end(packet.asError())
    else if (packet.isEOF()) end()
    else {
      try {
        // Before each event stands one byte that says that it is one.
        onEvent(packet.buffer.subarray(packet.offset + 1, packet.end))
      } catch (error) {
        end(error)
      }
    }
    return prototype.binlogData
  }
}
