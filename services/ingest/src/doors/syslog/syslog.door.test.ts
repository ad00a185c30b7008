import { assert, integer, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDoor, readHostile } from '../read-door.test-data.js';
import { FrameSplitter } from './frame-splitter.js';
import { parseSyslog } from './parse-syslog.js';
import { joinMessages, syslogDoor } from './syslog.door.js';

const received = Date.UTC(2026, 10, 24, 2, 31, 50);
const read = (...messages: string[]) =>
  readDoor(syslogDoor, joinMessages(messages.map((text) => Buffer.from(text))));

const timeOf = (clock: string, at: number): unknown => parseSyslog(`<34>${clock} h p: x`, at)['time'];

describe('syslog messages', () => {
  it('reads RFC 5424 as rsyslog, loggen and Fluent Bit write it', () => {
    const { lines } = read(
      '<131>1 2026-11-24T02:31:46.524996+00:00 vm orders - - - 2026-11-24T02:31:00Z ERROR Order timeout id=42\n',
      '<38>1 2026-11-24T02:33:03+00:00 localhost prg00000 1234 - - \uFEFFseq: 0000000000, thread: 0000',
      '<14>1 2026-11-24T02:51:47.750698Z - - - - - \uFEFFERROR Order timeout',
      '<165>1 2026-11-24T02:51:47Z h app 12 ID47 [ex@1 iut="3" say="a \\"b\\" \\]"][x y="1"] An event',
    );
    expect(lines).toMatchObject([
      {
        time: '2026-11-24T02:31:46.524996000Z',
        severity: 17,
        host: 'vm',
        logType: 'orders',
        text: '2026-11-24T02:31:00Z ERROR Order timeout id=42',
      },
      { logType: 'prg00000', text: 'seq: 0000000000, thread: 0000', attributes: '{"procid":"1234"}' },
      { text: 'ERROR Order timeout', severity: 9, host: '' },
      {
        text: 'An event',
        attributes: '{"procid":"12","msgid":"ID47","ex@1.iut":"3","ex@1.say":"a \\"b\\" ]","x.y":"1"}',
      },
    ]);
  });

  it.each([
    ['<34>Nov 24 02:31:46 mymachine su: failed for lonvick', 'mymachine', 'su', 'failed for lonvick'],
    ['<34>Nov 24 02:31:46 mymachine sshd[99]: closed', 'mymachine', 'sshd', 'closed'],
    ['<34>Nov 24 02:31:46 sshd[99]: closed', '', 'sshd', 'closed'],
    ['<34>2026-11-24T02:31:46+00:00 host CRON[7]: (root) CMD', 'host', 'CRON', '(root) CMD'],
    ['<34>sshd: closed', '', 'sshd', 'closed'],
    ['no header at all', '', undefined, 'no header at all'],
  ])('reads RFC 3164 and what became of it: %s', (message, host, program, log) => {
    const record = parseSyslog(message, received);
    expect([record['host'] ?? '', record['appname'], record['log']]).toEqual([host, program, log]);
  });

  it('finds year and zone of a clock that has none by its arrival', () => {
    expect(timeOf('Nov 24 02:31:46', received)).toBe(received - 4_000);
    expect(timeOf('Nov 23 21:31:46', received)).toBe(received - 4_000);
    expect(timeOf('Nov 24 08:01:46', received)).toBe(received - 4_000);
    expect(timeOf('Dec 31 23:59:59', Date.UTC(2027, 0, 1, 0, 0, 1))).toBe(Date.UTC(2026, 11, 31, 23, 59, 59));
  });

  it('reads anything as a message', () => {
    assert(
      property(string({ maxLength: 60 }), uint8Array({ maxLength: 60 }), (text, noise) => {
        expect(read(`<34>1 ${text}`).lineCount).toBe(1);
        readHostile(syslogDoor, noise, '');
      }),
    );
  });
});

describe('syslog framing', () => {
  it('finds the same messages however the stream is cut, counted or a line each', () => {
    const stream = Buffer.from('5 <1>ab12 <2>counted\n!<3>line\n<4>next\n7 <5>last');
    const expected = ['<1>ab', '<2>counted\n!', '<3>line', '<4>next', '<5>last'];
    assert(
      property(integer({ min: 1, max: stream.length }), (size) => {
        const frames = new FrameSplitter(100);
        const found: string[] = [];
        for (let i = 0; i < stream.length; i += size)
          found.push(...frames.push(stream.subarray(i, i + size)).map(String));
        expect([...found, ...frames.rest().map(String)]).toEqual(expected);
      }),
    );
  });

  it('refuses a message over the limit', () => {
    expect(() => new FrameSplitter(10).push(Buffer.from('99999999 x'))).toThrow('more than 10 bytes');
    expect(() => new FrameSplitter(10).push(Buffer.from('<1>without any end'))).toThrow('more than 10 bytes');
  });
});
