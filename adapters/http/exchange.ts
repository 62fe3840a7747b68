/** What came of one exchange. */
export type Exchanged =
  | { readonly kind: 'ok'; readonly text: string }
  /** The service was reached and said no. */
  | { readonly kind: 'status'; readonly status: number; readonly text: string }
  | { readonly kind: 'too-large' | 'timed-out' | 'unreachable'; readonly message: string }

/** @throws the signal's reason when that is aborted. */
export type Exchange = (ask: {
  readonly method: 'GET' | 'POST'
  readonly body: string | null
  readonly signal: AbortSignal
}) => Promise<Exchanged>

export interface ExchangeOptions {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Taken out of every message. */
  readonly hidden: readonly string[]
  readonly timeoutMs: number | null
  readonly maxBytes: number
}

/**
 * One request and its bounded answer, over kept connections. A connection that the service closed while it was idle is no failure: asking
 * does nothing to the world, so it is asked once more on a fresh one. Redirects are not followed, for secrets must not travel.
 */
export const exchange =
  (options: ExchangeOptions): Exchange =>
  async (ask) => {
    const first = await attempt(options, ask)
    return first.kind === 'broken' ? settled(await attempt(options, ask)) : first
  }

type Attempt = Exchanged | { readonly kind: 'broken'; readonly message: string }

const settled = (attempted: Attempt): Exchanged => (attempted.kind === 'broken' ? { ...attempted, kind: 'unreachable' } : attempted)

const attempt = async (options: ExchangeOptions, { method, body, signal }: Parameters<Exchange>[0]): Promise<Attempt> => {
  const { url, headers, timeoutMs, maxBytes } = options
  const timeout = timeoutMs === null ? null : AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }), ...headers },
      body,
      redirect: 'manual',
      signal: timeout === null ? signal : AbortSignal.any([signal, timeout]),
    })
    const text = await boundedText(response, maxBytes)
    if (text === null) return { kind: 'too-large', message: `the answer is larger than ${maxBytes} bytes` }
    return response.ok ? { kind: 'ok', text } : { kind: 'status', status: response.status, text: hide(options, text) }
  } catch (cause) {
    signal.throwIfAborted()
    if (timeout?.aborted === true) return { kind: 'timed-out', message: `no answer within ${timeoutMs} ms` }
    return { kind: isBroken(cause) ? 'broken' : 'unreachable', message: hide(options, `${url}: ${reasonOf(cause)}`) }
  }
}

/** Null when there is more than that; the rest is not read. */
const boundedText = async (response: Response, maxBytes: number): Promise<string | null> => {
  if (response.body === null) return ''
  const decoder = new TextDecoder('utf-8', { fatal: false })
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** What fetch says is always "fetch failed"; why is in its cause. */
const codeOf = (cause: unknown): string | null => {
  const inner = cause instanceof Error ? cause.cause : null
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : null
}

const isBroken = (cause: unknown): boolean => ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(codeOf(cause) ?? '')

const reasonOf = (cause: unknown): string => {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const code = codeOf(cause)
  const message = inner instanceof Error ? inner.message : String(inner)
  return message === '' ? (code ?? 'no connection') : message
}

const hide = ({ hidden }: ExchangeOptions, text: string): string => hidden.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
