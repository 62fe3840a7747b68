import { readdirSync } from 'node:fs'
import process from 'node:process'
import { BanyanError } from '../src/model/errors.ts'
import type { Figure } from './figure.ts'

/** What `bench/<topic>/index.ts` exports. */
interface Topic {
  /** Options are what a topic makes of them: `--quick`, `--out=file`. */
  readonly run: (options: readonly string[]) => AsyncIterable<Figure>
}

const topics = (): readonly string[] =>
  readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

/** A topic of its own that `capture` measures besides. */
const partOfCapture = 'legacy'

const load = async (name: string): Promise<Topic> => {
  if (!topics().includes(name)) {
    throw new BanyanError('usage', `there is no bench topic ${name}`, { hint: `npm run bench -- ${topics().join(' | ')}` })
  }
  return (await import(`./${name}/index.ts`)) as Topic
}

const rounded = (value: number | null): string => (value === null ? '-' : value.toLocaleString('en', { maximumSignificantDigits: 4 }))

const line = (figure: Figure): string =>
  [
    figure.name.padEnd(36),
    `${rounded(figure.value)} ${figure.unit}`.padStart(22),
    (figure.peer === null ? '' : `${figure.peer} ${rounded(figure.peerValue)}`).padStart(32),
    (figure.ratio === null ? '' : `x ${rounded(figure.ratio)}`).padStart(10),
  ].join('  ')

const main = async (given: readonly string[]): Promise<void> => {
  const options = given.filter((word) => word.startsWith('--'))
  const names = given.filter((word) => !word.startsWith('--'))
  for (const name of names.length === 0 ? topics().filter((topic) => topic !== partOfCapture) : names) {
    const topic = await load(name)
    console.error(`\n${name}`)
    for await (const figure of topic.run(options)) {
      console.error(line(figure))
      console.log(JSON.stringify(figure))
    }
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof BanyanError)) throw error
  console.error(`${error.code}: ${error.message}\nhint: ${error.hint}`)
  process.exitCode = 2
}
