import { lz4Block, lz4BlockBound } from './lz4-block.ts'

/** Magic number; version 1 with blocks that stand for themselves; blocks of 64 KiB at most; the checksum of these two. */
const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
const end = Buffer.alloc(4)
const blockBytes = 64 << 10
const notCompressed = 0x8000_0000

/** A frame as every consumer takes it: those of Java refuse blocks that refer to earlier ones, or that break a rule of how they end. */
export const lz4Frame = (bytes: Buffer): Buffer => {
  const into = Buffer.allocUnsafe(lz4BlockBound(blockBytes))
  const parts: Buffer[] = [head]
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes)
    const length = lz4Block(block, into)
    const isSmaller = length < block.length
    const size = Buffer.alloc(4)
    size.writeUInt32LE(isSmaller ? length : notCompressed + block.length)
    parts.push(size, isSmaller ? Buffer.from(into.subarray(0, length)) : block)
  }
  return Buffer.concat([...parts, end])
}
