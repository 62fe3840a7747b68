/** Up to so many units every small set is tried; beyond, one minimal set is searched for. */
const exhaustiveUnits = 12
const exhaustiveSize = 3

/** All sets without which it does not work, or one of them. */
export interface MinimalSets<T> {
  readonly sets: readonly (readonly T[])[]
  /** True when `sets` holds every minimal set of at most three units; else it holds one, of which no unit can be left out. */
  readonly isExhaustive: boolean
}

/**
 * The smallest sets of units that restore. `restores` of all units together must be true. At most 298 trials for
 * twelve units; beyond, delta debugging: about 2·n, at worst n².
 */
export const minimalSets = async <T>(units: readonly T[], restores: (set: readonly T[]) => Promise<boolean>): Promise<MinimalSets<T>> => {
  if (units.length <= exhaustiveUnits) {
    const sets: (readonly T[])[] = []
    for (let size = 1; size <= Math.min(exhaustiveSize, units.length); size++) {
      for (const set of combinations(units, size)) {
        const isCovered = sets.some((smaller) => smaller.every((unit) => set.includes(unit)))
        if (!isCovered && (await restores(set))) sets.push(set)
      }
    }
    if (sets.length > 0) return { sets, isExhaustive: true }
  }
  return { sets: [await oneMinimal(units, restores)], isExhaustive: false }
}

function* combinations<T>(units: readonly T[], size: number, from = 0): Generator<readonly T[], undefined> {
  if (size === 0) {
    yield []
    return
  }
  for (let index = from; index <= units.length - size; index++) {
    for (const rest of combinations(units, size - 1, index + 1)) yield [units[index] as T, ...rest]
  }
}

/** Zeller's ddmin, then each unit is tried for need once more: the result restores, and without any one unit it does not. */
const oneMinimal = async <T>(units: readonly T[], restores: (set: readonly T[]) => Promise<boolean>): Promise<readonly T[]> => {
  let set = units
  for (let parts = 2; set.length > 1; ) {
    const size = Math.ceil(set.length / parts)
    const smaller = await firstRestoring(set, size, restores)
    if (smaller !== null) {
      parts = smaller.length <= size ? 2 : Math.max(2, parts - 1)
      set = smaller
    } else if (size === 1) break
    else parts = Math.min(set.length, parts * 2)
  }
  for (const unit of set) {
    const without = set.filter((other) => other !== unit)
    if (without.length < set.length && without.length > 0 && (await restores(without))) set = without
  }
  return set
}

/** A part of the given size, or what is left without one, that restores alone. */
const firstRestoring = async <T>(
  set: readonly T[],
  size: number,
  restores: (set: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | null> => {
  for (let from = 0; from < set.length; from += size) {
    const part = set.slice(from, from + size)
    if (part.length < set.length && (await restores(part))) return part
  }
  for (let from = 0; from < set.length; from += size) {
    const rest = [...set.slice(0, from), ...set.slice(from + size)]
    if (rest.length > 0 && rest.length < set.length && (await restores(rest))) return rest
  }
  return null
}
