import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.test-data.js';
import { recordFlags } from './record-batch.js';

const javaTrace =
  'java.lang.IllegalStateException: x\n\tat a.b(C.java:1)\nCaused by: java.io.IOException: y\n\tat d.e(F.java:2)';
const javaLines = ' | java.lang.IllegalStateException: x | Caused by: java.io.IOException: y';
const pythonTrace =
  'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nValueError: bad';
const goTrace = 'main.handle\n\t/app/main.go:24\nmain.main\n\t/app/main.go:9';
const nodeTrace = 'Refused by peer\n    at Socket.emit (node:events:1:2)';

const record = (object: object): { message: string; hasTrace: boolean } => {
  const [row] = assemble(`${JSON.stringify(object)}\n`);
  return { message: row?.message ?? '', hasTrace: ((row?.flags ?? 0) & recordFlags.stackTrace) !== 0 };
};

describe('a stack trace in a JSON member', () => {
  it.each([
    ['stack_trace', javaTrace, javaLines],
    ['exception', javaTrace, javaLines],
    ['exc_info', pythonTrace, ' | ValueError: bad'],
    ['whatever', nodeTrace, ' | Refused by peer'],
    ['stacktrace', goTrace, ''],
  ])('is the trace of the record as one in the text is: %s', (key, trace, lines) => {
    expect(record({ msg: 'it failed', [key]: trace })).toEqual({
      message: `it failed${lines}`,
      hasTrace: true,
    });
  });

  it('may lie inside an object', () => {
    expect(record({ msg: 'it failed', error: { type: 'E', stack: javaTrace }, n: 1 })).toEqual({
      message: `it failed type=E${javaLines} n=1`,
      hasTrace: true,
    });
  });

  it('may stand beside the text that a collector took out', () => {
    expect(record({ message: 'it failed', service: 'orders', 'error.stack_trace': javaTrace })).toEqual({
      message: `it failed${javaLines}`,
      hasTrace: true,
    });
  });

  it('says nothing twice when the message is the trace', () => {
    expect(record({ msg: javaTrace, n: 1 })).toEqual({
      message: 'java.lang.IllegalStateException: x | Caused by: java.io.IOException: y n=1',
      hasTrace: true,
    });
  });

  it.each([
    ['several lines', 'first\nsecond\nthird'],
    ['one line', 'java.lang.IllegalStateException: x'],
    ['indented lines', 'SELECT a\n  FROM b\n  WHERE c'],
  ])('is not seen in %s', (_, text) => {
    expect(record({ msg: 'it failed', text }).hasTrace).toBe(false);
  });
});

describe('the message of a JSON record', () => {
  it.each(['Message', '@m', 'event', 'text', 'short_message', 'log_message', 'textPayload'])(
    'may be called %s',
    (key) => {
      expect(record({ n: 1, [key]: 'it failed', user: 'u' }).message).toBe('it failed n=1 user=u');
    },
  );

  it('has the usual name where there are several', () => {
    expect(record({ event: 'e', text: 't', msg: 'it failed' }).message).toBe('it failed event=e text=t');
  });
});
