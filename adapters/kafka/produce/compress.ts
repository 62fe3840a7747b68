import { promisify } from 'node:util'
import { gzip, zstdCompress } from 'node:zlib'
import kafkajs from 'kafkajs'
import { lz4Frame } from '../lz4-frame.ts'
import type { Compression } from './options.ts'
import type { Compress } from './record-batch.ts'

/** Off the thread that makes the records where the platform can. Null: not compressed. */
export const compressOf = (compression: Compression): Compress | null => {
  switch (compression) {
    case 'none':
      return null
    case 'gzip':
      return { code: 1, bytes: promisify(gzip) }
    case 'snappy':
      return { code: 2, bytes: snappy() }
    case 'lz4':
      return { code: 3, bytes: async (buffer) => lz4Frame(buffer) }
    case 'zstd':
      return { code: 4, bytes: promisify(zstdCompress) }
    default:
      return compression satisfies never
  }
}

const snappy = (): Compress['bytes'] => {
  const { CompressionCodecs, CompressionTypes } = kafkajs
  const codec = (
    CompressionCodecs[CompressionTypes.Snappy] as unknown as () => {
      readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
    }
  )()
  return (buffer) => codec.compress({ buffer })
}
