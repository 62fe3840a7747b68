import { BanyanError } from '../model/errors.ts'
import { nearNames } from '../model/near-names.ts'
import type { StageName } from '../pipeline/stage-names.ts'
import { stageNames } from '../pipeline/stage-names.ts'

/** `capture,shadow` as stages; null: all. @throws BanyanError usage for a name that no stage has. */
export const stagesOption = (text: string | undefined): ReadonlySet<StageName> | null => {
  if (text === undefined) return null
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const wrong = names.find((name) => !isStage(name))
  if (wrong === undefined && names.length > 0) return new Set(names.filter(isStage))
  const near = nearNames(wrong ?? '', stageNames)
  throw new BanyanError('usage', wrong === undefined ? '--stages names no stage' : `no stage is called ${wrong}`, {
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${stageNames.join(', ')}`,
    where: '--stages',
  })
}

const isStage = (name: string): name is StageName => (stageNames as readonly string[]).includes(name)
