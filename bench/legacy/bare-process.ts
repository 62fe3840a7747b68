import process from 'node:process'
import { readBare } from '../capture/bare-reader.ts'

// Reads a slot, and throws everything away until it is told to stop.
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const { url, slot, publication } = JSON.parse(process.argv[2] ?? '{}') as Record<'url' | 'slot' | 'publication', string>
await readBare({ url, slot, publication, signal: stop.signal })
process.exit()
