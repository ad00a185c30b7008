import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEventStreamReader } from './event-stream.js';

const wire =
  'id: e-0\nevent: ready\ndata: {}\n\n: ping\n\nid: e-1\nevent: report\ndata: {"incidentId":"a: b"}\n\ndata: last\n\n';

const events = [
  { id: 'e-0', type: 'ready', data: '{}' },
  { id: 'e-1', type: 'report', data: '{"incidentId":"a: b"}' },
  { id: '', type: 'message', data: 'last' },
];

it('reads events however the text is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(wire.length), { maxLength: 8 }), (cuts) => {
      const read = createEventStreamReader();
      const ends = [...cuts.toSorted((a, b) => a - b), wire.length];
      expect(ends.flatMap((end, i) => read(wire.slice(ends[i - 1] ?? 0, end)))).toEqual(events);
    }),
  );
});

it('keeps an event back until it is whole', () => {
  const read = createEventStreamReader();
  expect(read('id: 1\ndata: x\n')).toEqual([]);
  expect(read('\n')).toEqual([{ id: '1', type: 'message', data: 'x' }]);
});
