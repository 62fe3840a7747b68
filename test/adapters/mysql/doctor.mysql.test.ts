import { afterAll, describe } from 'vitest'
import { makeCertificates } from '../../support/certificates.ts'
import { withMysqlServer } from '../../support/with-mysql-server.ts'
import { doctorCases } from './doctor-cases.ts'

const certificates = await makeCertificates('mysql')
afterAll(certificates.remove)
const lines = [`ssl_ca=${certificates.caFile}`, `ssl_cert=${certificates.certFile}`, `ssl_key=${certificates.keyFile}`]

for (const flavour of ['mariadb', 'mysql'] as const) {
  await withMysqlServer(flavour, (server) => describe(flavour, () => doctorCases(server, certificates)), { lines })
}
