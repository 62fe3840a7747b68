import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** Files of an authority, and of a server that it vouches for. */
export interface Certificates {
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  readonly remove: () => Promise<void>
}

/** For a server at 127.0.0.1 and under no name. `owner`: the user whom the server runs as when we are root; others may not read the key. */
export const makeCertificates = async (owner: string): Promise<Certificates> => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-tls-'))
  await chmod(folder, 0o755)
  const [caFile, certFile, keyFile] = ['ca.pem', 'server.pem', 'server.key'].map((name) => join(folder, name)) as [string, string, string]
  const [caKey, request, names] = [join(folder, 'ca.key'), join(folder, 'server.csr'), join(folder, 'names')]
  const openssl = (...args: readonly string[]): unknown => execFileSync('openssl', [...args], { stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=test authority', '-keyout', caKey, '-out', caFile)
  openssl('req', ...key, '-subj', '/CN=legacy.test', '-keyout', keyFile, '-out', request)
  writeFileSync(names, 'subjectAltName=IP:127.0.0.1')
  openssl(
    'x509',
    '-req',
    '-in',
    request,
    '-CA',
    caFile,
    '-CAkey',
    caKey,
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    names,
    '-out',
    certFile,
  )
  await chmod(keyFile, 0o600)
  await chmod(caFile, 0o644)
  await chmod(certFile, 0o644)
  if (process.getuid?.() === 0) execFileSync('chown', [`${owner}:`, keyFile])
  return { caFile, certFile, keyFile, remove: () => rm(folder, { recursive: true, force: true }) }
}
