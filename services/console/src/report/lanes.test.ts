import type { IncidentEventJson } from '@culprit/service-query/module';
import { expect, it } from 'vitest';
import { lanesOf, spanOf } from './lanes.js';

function eventOf(logType: string, second: number, zoom = 0): IncidentEventJson {
  return {
    eventId: `${logType} ${second}`,
    zoom,
    time: `2026-03-01T09:30:${String(second).padStart(2, '0')}.000000000Z`,
    logType,
    host: '',
    pod: '',
    severity: '',
    message: '',
    body: '',
    templateId: '',
    surprise: 0,
    role: 'context',
    causeRank: 0,
    reasons: [],
  };
}

it('has the log types of the core on top, in the order in which the failure reached them', () => {
  const events = [
    eventOf('noise', 1, 2),
    eventOf('kernel', 5),
    eventOf('noise', 6, 3),
    eventOf('orders', 7),
    eventOf('kernel', 9, 1),
  ];
  const lanes = lanesOf(events);
  expect(lanes.map(({ logType, hasCore, events: ofLane }) => [logType, hasCore, ofLane.length])).toEqual([
    ['kernel', true, 2],
    ['orders', true, 1],
    ['noise', false, 2],
  ]);
});

it('spans all events and the start of the trouble', () => {
  const start = '2026-03-01T09:30:03.000000000Z';
  const { from, to } = spanOf([eventOf('a', 5), eventOf('b', 9)], start);
  expect([from, to].map((millis) => new Date(millis).toISOString().slice(17, 19))).toEqual(['03', '09']);
  expect(spanOf([], start).from).toBe(spanOf([], start).to);
});
