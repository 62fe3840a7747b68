import type { GateCheck } from '../../model/readiness.ts'
import type { FeedEvidence, GateEvidence, GateLimits } from '../evidence.ts'
import { fail, grouped, insufficient, pass, percent } from '../check.ts'

/** Did the candidate's feeds keep their freshness limits? */
export const feedsFresh = (evidence: GateEvidence, limits: GateLimits): GateCheck => {
  const question = {
    id: 'feeds-fresh',
    title: 'Feeds keep their freshness limits',
    required: `stale reads at most ${percent(limits.staleShare)} of each feed`,
  }
  const { feeds } = evidence
  if (feeds === null || evidence.compared === 0) return insufficient(question, 'not measured', 'reads with their ages', null)
  if (feeds.length === 0) return pass(question, 'the candidate reads no feed')
  const unread = feeds.filter((feed) => feed.reads === 0)
  const late = feeds.filter((feed) => isLate(feed, limits))
  const actual = feeds.map((feed) => `${feed.projection} ${feed.reads === 0 ? 'never read' : percent(feed.stale / feed.reads)}`).join(', ')
  if (late.length > 0) return fail(question, actual, `fresher ${late.map(describe).join(', ')}`)
  if (unread.length > 0) return insufficient(question, actual, `reads of ${unread.map((feed) => feed.projection).join(', ')}`, null)
  return pass(question, actual)
}

const isLate = (feed: FeedEvidence, limits: GateLimits): boolean => {
  if (feed.reads === 0) return false
  if (feed.stale / feed.reads > limits.staleShare) return true
  return feed.lagP99Ms !== null && feed.freshWithinMs !== null && feed.lagP99Ms > feed.freshWithinMs
}

const describe = (feed: FeedEvidence): string => `${feed.projection} (${grouped(feed.stale)} of ${grouped(feed.reads)} reads stale)`
