const seed = 0x9747_b28c
const mixer = 0x5bd1_e995

/** Murmur2 as Kafka's own producer has it: rows of one key lie where other producers put them. */
const murmur2 = (bytes: Uint8Array): number => {
  const { length } = bytes
  let hash = seed ^ length
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    let word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
    word = Math.imul(word, mixer)
    word ^= word >>> 24
    hash = Math.imul(hash, mixer) ^ Math.imul(word, mixer)
  }
  const rest = length - whole
  if (rest === 3) hash ^= (bytes[whole + 2] ?? 0) << 16
  if (rest >= 2) hash ^= (bytes[whole + 1] ?? 0) << 8
  if (rest >= 1) hash = Math.imul(hash ^ (bytes[whole] ?? 0), mixer)
  hash ^= hash >>> 13
  hash = Math.imul(hash, mixer)
  return hash ^ (hash >>> 15)
}

/** The partition of a key among so many. Records without a key keep their order: all of them lie in the first. */
export const partitionOf = (key: Uint8Array | null, partitions: number): number =>
  key === null || partitions === 1 ? 0 : (murmur2(key) & 0x7fff_ffff) % partitions
