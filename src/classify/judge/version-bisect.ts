import type { Clue } from './clue.ts'
import type { Cluster } from './residue-record.ts'
import type { World } from './world.ts'

const enough = 0.95
const fewest = 5

/** An older version of the candidate agrees with the legacy: what changed since is wrong, and nothing else need be known. */
export const versionBisect = ({ members }: Cluster, world: World): Clue | null => {
  const tried = members.flatMap(({ bisected }) => (bisected === null ? [] : [bisected]))
  if (tried.length === 0) return null
  const names = new Set(tried.flatMap(({ agrees, differs }) => [...agrees, ...differs]))
  let best: { readonly version: string; readonly agreeing: number } | null = null
  for (const version of names) {
    const agreeing = tried.filter(({ agrees }) => agrees.includes(version)).length
    if (best === null || agreeing > best.agreeing) best = { version, agreeing }
  }
  if (best === null || best.agreeing === 0) return differsInAll(tried.length, [...names])
  const share = best.agreeing / tried.length
  if (share < enough) return null
  const until = world.olderVersions.find(({ version }) => version === best.version)?.until ?? null
  const since = until === null ? '' : `, replaced at ${new Date(until).toISOString()}`
  return {
    side: 'defect',
    strength: tried.length < fewest ? 'strong' : 'proof',
    evidence: {
      test: 'version-bisect',
      words: `Version ${best.version} of the candidate${since}, agrees with the legacy in ${best.agreeing} of ${tried.length} of these decisions: a regression.`,
      data: { version: best.version, agreeing: best.agreeing, tried: tried.length },
    },
  }
}

const differsInAll = (tried: number, versions: readonly string[]): Clue => ({
  side: 'neither',
  strength: 'medium',
  evidence: {
    test: 'version-bisect',
    words: `No older version of the candidate (${versions.join(', ')}) agrees with the legacy in any of ${tried} of these decisions: it is no regression.`,
    data: { versions, tried },
  },
})
