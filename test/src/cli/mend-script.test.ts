import { expect, it } from 'vitest'
import { mendScript } from '../../../src/cli/mend-script.ts'
import type { PreflightCheck } from '../../../src/ports/change-source.ts'

const check = (verdict: PreflightCheck['verdict'], name: string, mend: string | null): PreflightCheck => ({
  name,
  verdict,
  found: 'not so',
  mend,
})

it('is SQL that can be run, refusals first; what a person has to do is a comment', () => {
  const script = mendScript([
    check('ok', 'role', null),
    check('warn', 'table a', 'ALTER TABLE "a" ADD PRIMARY KEY (…);'),
    check('refuse', 'wal_level', 'ALTER SYSTEM SET wal_level = logical; then restart the server'),
    check('refuse', 'publication', 'did you mean oms.ord?'),
    check('warn', 'retention', 'SET GLOBAL binlog_expire_logs_seconds = 604800'),
  ])
  expect(script.split('\n')).toEqual([
    '-- refuse: wal_level: not so',
    'ALTER SYSTEM SET wal_level = logical;',
    '-- then restart the server',
    '',
    '-- refuse: publication: not so',
    '-- did you mean oms.ord?',
    '',
    '-- warn: table a: not so',
    '-- ALTER TABLE "a" ADD PRIMARY KEY (…);',
    '',
    '-- warn: retention: not so',
    'SET GLOBAL binlog_expire_logs_seconds = 604800;',
  ])
})

it('has each mend once, and says when there is nothing to do', () => {
  const same = check('refuse', 'publication banyan', 'ALTER PUBLICATION banyan ADD TABLE a;')
  expect(mendScript([same, { ...same, name: 'again' }]).match(/ALTER/g)).toHaveLength(1)
  expect(mendScript([check('ok', 'role', null)])).toBe('-- nothing to mend')
})
