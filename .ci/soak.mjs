// The long form of the tests that have one: `npm run soak -- --rounds 50`, or the names of some of them.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({ options: { rounds: { type: 'string' } }, allowPositionals: true })
const names = positionals.length > 0 ? positionals : ['soak', 'kill', 'faults']
const rounds = values.rounds === undefined ? {} : { BANYAN_SOAK_ROUNDS: values.rounds }
const { status } = spawnSync('vitest', ['run', ...names], { stdio: 'inherit', env: { ...process.env, BANYAN_SOAK: '1', ...rounds } })
process.exitCode = status ?? 1
