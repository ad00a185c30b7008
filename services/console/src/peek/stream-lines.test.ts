import type { EventJson } from '@culprit/service-query/module';
import { expect, it } from 'vitest';
import { linesOf } from './stream-lines.js';

function eventOf(body: string): EventJson {
  const source = {
    environment: '',
    logType: '',
    namespace: '',
    service: '',
    pod: '',
    container: '',
    host: '',
  };
  const rest = { severity: '', severityNumber: 0, templateId: '', attributes: {}, flags: [] };
  return { eventId: body.slice(0, 3), time: '2026-03-01T09:30:00.000000000Z', ...source, ...rest, body };
}

it('shows every line of a record, and which is its first', () => {
  const lines = linesOf([eventOf('one'), eventOf('two\n\tat x\n')]);
  expect(lines.map(({ event, index, text }) => [event.eventId, index, text])).toEqual([
    ['one', 0, 'one'],
    ['two', 0, 'two'],
    ['two', 1, '\tat x'],
    ['two', 2, ''],
  ]);
});

it('says how much of a very long line it leaves out', () => {
  expect(linesOf([eventOf('x'.repeat(5_000))])[0]?.text).toMatch(/^x{4000} … 1000 more characters$/);
});
