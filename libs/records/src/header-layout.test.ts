import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { assert, array, constantFrom, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.test-data.js';
import { learnLayout } from './layout-learner.js';
import { learnLogFormat } from './learned-format.js';

interface Parts {
  /** Number of the line. */
  readonly i: number;
  readonly at: Date;
  readonly day: string;
  readonly clock: string;
  readonly seconds: number;
  readonly level: string;
  readonly letter: string;
  readonly node: string;
  readonly thread: string;
  readonly logger: string;
}

const texts = [
  'Accepted connection from 10.0.3.7',
  'cache refreshed in 12 ms',
  'user u17 logged out',
  'Listening on port 8080',
  'retry 3 of job 4711',
];

const partsOf = (i: number): Parts => {
  const at = new Date(Date.UTC(2026, 10, 24, 9, 0, 7 * i));
  const [day = '', rest = ''] = at.toISOString().split('T');
  return {
    i,
    at,
    day,
    clock: rest.slice(0, 8),
    seconds: at.getTime() / 1000,
    level: ['INFO', 'INFO', 'WARN', 'ERROR', 'DEBUG'][i % 5] ?? '',
    letter: ['I', 'W', 'E', 'D'][i % 4] ?? '',
    node: ['node-12', 'db-3'][i % 2] ?? '',
    thread: ['main', 'pool-1-thread-3', 'http-8'][i % 3] ?? '',
    logger: ['OrderService', 'cache.Store', 'net.Listener'][(i >> 1) % 3] ?? '',
  };
};

const linesOf = (header: (parts: Parts) => string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${header(partsOf(i))}${texts[(i * 7) % texts.length] ?? ''}`);

const cut = (lines: readonly string[]): string[] => {
  const encoded = lines.map((line) => encodeUtf8(line));
  const format = learnLogFormat(encoded);
  return encoded.map((bytes) => {
    const range = format.contentOf(bytes, 0, bytes.length);
    return decodeUtf8(bytes.subarray(range?.start, range?.end));
  });
};

const contents = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => texts[(i * 7) % texts.length] ?? '');

/** Headers, and whether they hold a time. */
const learned: readonly (readonly [string, (parts: Parts) => string, boolean])[] = [
  ['a node before seconds since the epoch', (p) => `${p.node} ${p.seconds} ${p.level} `, true],
  ['milliseconds between pipes', (p) => `${p.at.getTime()}|${p.node}|${p.level}|`, true],
  ['a node before the date', (p) => `${p.node} ${p.day} ${p.clock} ${p.level} `, true],
  ['a plain word before the date', (p) => `alpha ${p.day}T${p.clock}Z `, true],
  ['a letter behind a date with dots', (p) => `${p.day.replaceAll('-', '.')} ${p.clock} ${p.letter} `, true],
  ['date and clock in two cells', (p) => `24/11/2026;${p.clock};${p.node};${p.level};`, true],
  ['date and clock apart', (p) => `${p.day} ${p.node} ${p.clock} ${p.level} `, true],
  [
    'pid, thread and logger before the date',
    (p) => `${100 + (p.i % 3)} ${p.thread} ${p.logger} ${p.day} ${p.clock} `,
    true,
  ],
  [
    'node, pid and a letter behind the date',
    (p) => `${p.day} ${p.clock} ${p.node} ${5000 + p.i} ${p.letter} `,
    true,
  ],
  ['a logger with a colon', (p) => `${p.day} ${p.clock} ${p.logger}: `, true],
  ['a logger before a dash', (p) => `${p.day} ${p.clock} ${p.logger} - `, true],
  [
    'a padded name',
    (p) => `${p.day} ${p.clock}, ${p.level}      ${p.i % 2 === 0 ? 'CORE' : 'NETW'}   `,
    true,
  ],
  ['tildes', (p) => `${p.day} ${p.clock}~${p.level}~${p.thread}~`, true],
  ['no time at all', (p) => `worker-${p.i % 3} ${p.level} `, false],
  ['tabs', (p) => `${1000 + p.i}\t${p.thread}\t${p.day} ${p.clock}\t${p.letter}\t`, true],
  [
    'a file name, a pid and a request',
    (p) => `api.log.1 ${p.day} ${p.clock} 25746 ${p.level} app.osapi.wsgi [req-${p.i} a b - -] `,
    true,
  ],
  [
    'three times and a program',
    (p) =>
      `- ${p.seconds} ${p.day.replaceAll('-', '.')} dn228 Nov 24 ${p.clock} dn228/dn228 crond(pam)[${p.i}]: `,
    true,
  ],
];

describe('a header that no rule knows', () => {
  it.each(learned)('is learned from the lines: %s', (_, header) => {
    expect(cut(linesOf(header, 60))).toEqual(contents(60));
  });

  it.each(learned.filter(([, , hasTime]) => hasTime))(
    'gives the lines of a file their time: %s',
    (_, header) => {
      const times = assemble(linesOf(header, 60).join('\n')).map((row) => row.time);
      expect(times).toEqual(times.map((_time, i) => partsOf(i).at.toISOString()));
    },
  );
});

describe('what is not surely a header', () => {
  it.each([
    ['plain sentences', () => ''],
    [
      'the method and status of requests',
      (p: Parts) => `GET /cart/${p.i} ${p.i % 2 === 0 ? 200 : 500} ${p.i} ms - `,
    ],
    ['a status behind the time', (p: Parts) => `${p.day} ${p.clock} ${p.i % 2 === 0 ? 200 : 500} `],
    [
      'a status between pipes',
      (p: Parts) => `[GIN] ${p.day} - ${p.clock} | ${p.i % 2 === 0 ? 200 : 500} | 3ms | `,
    ],
    ['a value under a key', (p: Parts) => `${p.day} ${p.clock} status: ${p.i} `],
    ['numbers that only look like times', (p: Parts) => `${(p.i * 7_919_000_017) % 4_000_000_000} `],
  ])('stays in the message: %s', (_, header) => {
    const samples = linesOf(header, 40).map((line) => encodeUtf8(line));
    expect(learnLayout(samples)).toBeUndefined();
  });

  it('never fails and never loses the end of a line, whatever the lines are', () => {
    const pieces = constantFrom(
      '2026-11-24 10:00:00',
      '1700000000',
      'INFO',
      'W',
      '|',
      ';',
      '\t',
      ' ',
      '[a]',
      'x:',
      '-',
      'é',
      '<',
      '(',
    );
    const line = array(pieces, { maxLength: 12 }).map((parts) => encodeUtf8(parts.join(' ')));
    assert(
      property(
        array(line, { minLength: 4, maxLength: 30 }),
        array(uint8Array({ maxLength: 40 })),
        (samples, others) => {
          const format = learnLogFormat(samples);
          for (const bytes of [...samples, ...others]) {
            const range = format.contentOf(bytes, 0, bytes.length);
            expect(range?.end).toBe(bytes.length);
            expect(range?.start).toBeLessThanOrEqual(bytes.length);
          }
        },
      ),
      { seed: 21, numRuns: 300 },
    );
  });
});
