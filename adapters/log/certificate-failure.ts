/** What Node says of a server that cannot show who it is. */
const codes: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Whether a failure's code says that the certificate of the server was not accepted. */
export const isCertificateFailure = (code: string): boolean => codes.has(code)

/** The mend of it. */
export const certificateHint =
  "the server's certificate was not accepted: give the certificate of the authority that signed it (ca), and connect by a name that it is made out to"
