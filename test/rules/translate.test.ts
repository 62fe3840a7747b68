import { describe, expect, it } from 'vitest'
import type { Rule } from '../../src/model/rule.ts'
import type { Row } from '../../src/model/value.ts'
import { remembered, transaction } from './legacy-transaction.ts'
import { both, created, customer, done, lineCreated, noRows, placed, released, rule, translator } from './order-story.ts'

describe('translate', () => {
  it('states a fact from a header, its lines and a row as of the position', () => {
    const tx = transaction([created('4711'), lineCreated('4711', 1), lineCreated('4712', 1), lineCreated('4711', 2)], { at: 7 })
    const { events, deadLetters } = done(both(tx, remembered([customer])))
    expect(deadLetters).toEqual([])
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      type: 'order.placed',
      source: 'oms',
      key: '4711',
      occurredAt: tx.header.committedAt,
      position: tx.header.position,
      ordinal: 0,
      journey: 'order',
      milestone: 'placed',
      rule: { name: 'order.placed', version: 2 },
      causes: [`${tx.header.position}#0`],
      data: {
        total: '12.50',
        tier: 'G',
        lines: [
          { ln_no: 1, qty: 2 },
          { ln_no: 2, qty: 4 },
        ],
      },
    })
  })

  it('leaves undefined out of the data, and shares nothing with the row', () => {
    const tx = transaction([created('1'), lineCreated('1', 1)])
    const [event] = done(both(tx, noRows)).events
    expect(event?.data).not.toHaveProperty('tier')
    const [line] = [...tx.changes()].filter((change) => change.table === 'ord_ln')
    expect((event?.data as { lines: Row[] } | undefined)?.lines[0]).not.toBe(line?.after)
  })

  it('gives the same ids again, and different ones for another position, rule, key or occurrence', () => {
    const twice = rule('line.added', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_ln'),
      emit: (line) => ({ key: line.ord_no, data: null }),
    })
    const translate = translator([placed, released, twice])
    const changes = [created('1'), created('2'), lineCreated('1', 1), lineCreated('1', 2)]
    const ids = (at: number): string[] => done(translate(transaction(changes, { at }), noRows)).events.map((event) => event.id)
    expect(ids(1)).toEqual(ids(1))
    expect(new Set([...ids(1), ...ids(2)]).size).toBe(8)
  })

  it('orders events by the change that caused them, and numbers them', () => {
    const lineAdded = rule('line.added', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_ln'),
      emit: (line) => ({ key: line.ord_no, data: line.ln_no }),
    })
    const events = done(
      translator([lineAdded, placed, released])(
        transaction([created('1'), lineCreated('1', 1), created('2'), lineCreated('2', 1)]),
        noRows,
      ),
    ).events
    expect(events.map((event) => [event.type, event.ordinal])).toEqual([
      ['order.placed', 0],
      ['line.added', 1],
      ['order.placed', 2],
      ['line.added', 3],
    ])
  })

  it('states nothing for snapshot rows', () => {
    expect(done(both(transaction([created('1')], { snapshot: true }), noRows)).events).toEqual([])
  })

  it('emits several facts, or none', () => {
    const many = rule('line.split', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_ln'),
      emit: (line) => (line.ln_no === 1 ? null : [1, 2].map((part) => ({ key: line.ord_no, data: { part } }))),
    })
    const events = done(translator([many], [])(transaction([lineCreated('1', 1), lineCreated('1', 2)]), noRows)).events
    expect(events.map((event) => event.data)).toEqual([{ part: 1 }, { part: 2 }])
  })
})

describe('a rule that fails', () => {
  const failing = (emit: () => never): Rule => rule('order.counted', { version: 1, owner: 'o', when: (tx) => tx.created('ord_hdr'), emit })

  it('is parked for the transaction with its reason, and the other rules go on', () => {
    const bad = failing(() => {
      throw new TypeError('no such thing')
    })
    const translate = translator([bad, placed, released])
    const tx = transaction([created('1'), created('2')], { at: 5 })
    const { events, deadLetters } = done(translate(tx, noRows))
    expect(events.map((event) => event.type)).toEqual(['order.placed', 'order.placed'])
    expect(deadLetters).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        source: 'oms',
        position: tx.header.position,
        stage: 'translate',
        part: 'order.counted',
        reason: 'TypeError: no such thing',
        at: tx.header.committedAt,
      },
    ])
    expect(done(translate(tx, noRows)).deadLetters).toEqual(deadLetters)
  })

  it.each([
    ['an empty key', { key: ' ', data: null }, 'empty key'],
    ['a key that is not text', { key: 7, data: null }, 'number, not text'],
    ['data that has no text form', { key: '1', data: new Date(0) }, 'instance of Date'],
    ['a function', { key: '1', data: { f: () => 1 } }, 'a function'],
  ])('is parked for %s', (_name, emission, reason) => {
    const bad = failing(() => emission as never)
    const { events, deadLetters } = done(translator([bad], [])(transaction([created('1')]), noRows))
    expect(events).toEqual([])
    expect(deadLetters[0]?.reason).toContain(reason)
  })

  it('ends everything when it looks at a table that is not captured', () => {
    const lost = rule('order.counted', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_hdr'),
      emit: (_hdr, { asOf }) => ({ key: '1', data: asOf('cust_mts' as 'cust_mst', 'C1') ?? null }),
    })
    const translate = translator([lost], [])
    expect(() => translate(transaction([created('1')]), () => undefined)).toThrowError(
      expect.objectContaining({
        code: 'rule-unknown-table',
        where: 'cust_mts',
        message: expect.stringContaining('order.counted'),
        hint: expect.stringContaining('cust_mst'),
      }),
    )
  })
})

describe('rows that a rule makes up', () => {
  it('name the changes of the rows that they are joined of', () => {
    const joined = rule('order.placed', {
      version: 1,
      owner: 'o',
      when: (tx) => {
        const lines = Map.groupBy(tx.created('ord_ln'), (line) => line.ord_no)
        return tx.created('ord_hdr').map((hdr) => ({ hdr, lines: lines.get(hdr.ord_no) ?? [] }))
      },
      emit: ({ hdr, lines }) => ({ key: hdr.ord_no, data: { lines: lines.length } }),
    })
    const tx = transaction([created('1'), lineCreated('2', 1), lineCreated('1', 1), created('2'), lineCreated('1', 2)])
    const at = (ordinal: number): string => `${tx.header.position}#${ordinal}`
    expect(done(translator([joined], [])(tx, noRows)).events.map((event) => [event.data, event.causes])).toEqual([
      [{ lines: 2 }, [at(0), at(2), at(4)]],
      [{ lines: 1 }, [at(3), at(1)]],
    ])
  })

  it('name the changes that the rule was shown', () => {
    const copied = rule('order.copied', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_hdr').map((hdr) => ({ ...hdr })),
      emit: (hdr) => ({ key: hdr.ord_no, data: null }),
    })
    const counted = rule('order.counted', {
      version: 1,
      owner: 'o',
      when: (tx) => [{ n: [...tx.created('ord_hdr')].length }],
      emit: ({ n }) => ({ key: 'all', data: n }),
    })
    const tx = transaction([lineCreated('1', 1), created('1'), created('2')])
    const events = done(translator([copied, counted], [])(tx, noRows)).events
    const at = (ordinal: number): string => `${tx.header.position}#${ordinal}`
    expect(events.map((event) => [event.type, event.causes])).toEqual([
      ['order.copied', [at(1)]],
      ['order.counted', [at(1), at(2)]],
      ['order.copied', [at(2)]],
    ])
  })
})

describe('which rules a transaction wakes', () => {
  it('does not run a rule for tables that it does not look at', () => {
    let runs = 0
    const counting = rule('order.placed', {
      version: 1,
      owner: 'o',
      when: (tx) => {
        runs++
        return tx.created('ord_hdr')
      },
      emit: (hdr) => ({ key: hdr.ord_no, data: null }),
    })
    const translate = translator([counting], [])
    const before = runs
    done(translate(transaction([lineCreated('1', 1)]), noRows))
    expect(runs).toBe(before)
    done(translate(transaction([created('1')]), noRows))
    expect(runs).toBe(before + 1)
  })

  it('runs a rule always when its tables depend on the header or are all tables', () => {
    const byTime = rule('order.late', {
      version: 1,
      owner: 'o',
      when: (tx) => (tx.header.committedAt > 1_000 ? tx.created('ord_ln') : tx.created('ord_hdr')),
      emit: () => ({ key: '1', data: null }),
    })
    const anything = rule('row.seen', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.changes().map((change) => change.after ?? {}),
      emit: () => ({ key: '1', data: null }),
    })
    const tx = transaction([lineCreated('1', 1)])
    expect(done(translator([byTime, anything], [])(tx, noRows)).events.map((event) => [event.type, event.causes])).toEqual([
      ['order.late', [`${tx.header.position}#0`]],
      ['row.seen', [`${tx.header.position}#0`]],
    ])
  })

  it('parks a rule whose event breaks its schema, with the path; the others flow', () => {
    const promised = rule('order.priced', {
      version: 1,
      owner: 'o',
      schema: { type: 'object', properties: { lines: { type: 'array', items: { type: 'object', properties: { qty: { maximum: 3 } } } } } },
      when: (tx) => tx.created('ord_hdr'),
      emit: (hdr, { tx }) => ({ key: hdr.ord_no, data: { lines: tx.created('ord_ln').map(({ qty }) => ({ qty })) } }),
    })
    const { events, deadLetters } = done(
      translator([promised, placed, released])(transaction([created('1'), lineCreated('1', 1), lineCreated('1', 2)]), noRows),
    )
    expect(events.map((event) => event.type)).toEqual(['order.placed'])
    expect(deadLetters).toMatchObject([{ part: 'order.priced', reason: expect.stringContaining('/lines/1/qty is not at most 3') }])
  })
})
