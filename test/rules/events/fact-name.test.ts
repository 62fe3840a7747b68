import { expect, test } from 'vitest'
import { judgeName } from '../../../rules/events/fact-name.ts'

test.each([
  ...['OrderUpdated', 'order.updated', 'ORDER_UPDATED', 'order-changed', 'customer.modified', 'orderUpsertedEvent', 'orders.synced'],
  ...['StatusChanged', 'order.status-changed', 'OrderStatusUpdated', 'order.state', 'ord_hdr.sts-set', 'order.status-approved'],
  ...['row.changed', 'row.seen', 'record.created', 'table.filled', 'entity.deleted', 'order.field-changed'],
  ...['order.place', 'CancelOrder', 'payment.capture', 'UpdateCustomer'],
])('%s is refused, with a hint', (name) => {
  const judged = judgeName(name)
  expect(judged).toMatchObject({ kind: 'refused' })
  expect(judged.kind === 'fact' ? '' : judged.hint).toMatch(/\w+\.\w+/)
})

test.each([
  ...['order.placed', 'OrderPlaced', 'order.placed.v2', 'order.confirmed', 'payment.authorised', 'payment.authorisation-expired'],
  ...[
    'inventory.reserved',
    'shipment.handed-over',
    'ShipmentPickedUp',
    'shipment.departed',
    'pickup.ready',
    'payment.settlement-missing',
    'claim.paid',
  ],
  ...['order.reserved-overdue', 'customer.told', 'line.split', 'fund.filled', 'policy.amended', 'shipment.delayed', 'price.agreed'],
])('%s is a fact', (name) => {
  expect(judgeName(name)).toEqual({ kind: 'fact' })
})

test.each([
  ['shipment.created', /came or went/],
  ['order.line-changed', /order line changed, not why/],
  ['customer.address-updated', /not why/],
  ['placed', /what it happened to/],
  ['order.arrival', /past tense/],
  ['visitor.speed', /past tense/],
])('%s passes with a doubt', (name, why) => {
  expect(judgeName(name)).toMatchObject({ kind: 'doubt', why: expect.stringMatching(why) })
})

test('a write to what is named after a table of the legacy is refused, a fact about it is not', () => {
  expect(judgeName('ord_hdr.created', ['ord_hdr'])).toMatchObject({ kind: 'refused', why: expect.stringContaining('ord_hdr') })
  expect(judgeName('shipment.departed', ['shipment'])).toEqual({ kind: 'fact' })
  expect(judgeName('shipment.created', ['shipment'])).toMatchObject({ kind: 'refused' })
})
