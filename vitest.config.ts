import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

// .ci/run counts from this file.
const results = process.env['BANYAN_TEST_RESULTS']

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Forks, because the stages under test are killed, and because a driver's native state must not be shared.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    unstubEnvs: true,
    // Each `banyan` that a test starts would else strip and compile the same few hundred files anew.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), `banyan-compile-cache-${userInfo().uid}`) },
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
}

export default config
