import { createRequire } from 'node:module'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { lz4Frame } from './lz4-frame.ts'

/** What kafkajs wants of a codec. */
interface Codec {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
  readonly decompress: (buffer: Buffer) => Promise<Buffer>
}

interface Lz4 {
  readonly decompress: (bytes: Uint8Array) => Uint8Array
}

/** A record of a few bytes must not unfold to more than the machine has. */
const maxOutputLength = 256 << 20

const zstd = (): Codec => ({
  compress: async ({ buffer }) => zstdCompressSync(buffer),
  decompress: async (buffer) => zstdDecompressSync(buffer, { maxOutputLength }),
})

const load = createRequire(import.meta.url)

const lz4 = (): Codec => {
  const { decompress } = load('lz4js') as Lz4
  return {
    compress: async ({ buffer }) => lz4Frame(buffer),
    decompress: async (buffer) => Buffer.from(decompress(buffer)),
  }
}

/** Of the four codecs that producers use the driver brings gzip alone. */
export const registerCodecs = (): void => {
  const { CompressionCodecs, CompressionTypes } = kafkajs
  CompressionCodecs[CompressionTypes.Snappy] = load('kafkajs-snappy') as never
  CompressionCodecs[CompressionTypes.LZ4] = lz4
  CompressionCodecs[CompressionTypes.ZSTD] = zstd
}
