import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { parseLogFormat } from './log-format.js';

function content(format: string, line: string): string | undefined {
  const bytes = encodeUtf8(line);
  const range = parseLogFormat(format).contentOf(bytes, 0, bytes.length);
  return range === undefined ? undefined : decodeUtf8(bytes.subarray(range.start, range.end));
}

describe('parseLogFormat', () => {
  it('gives the last field the rest of the line', () => {
    expect(content('<Date> <Time> <Level> <Content>', '2024-01-01 10:00:00 INFO a  b: c')).toBe('a  b: c');
  });

  it('lets runs of blanks match runs of blanks', () => {
    expect(content('<Date> <Time>, <Level>     <Component>    <Content>', 'd t, Info   CBS \t x y')).toBe(
      'x y',
    );
  });

  it('ends a field at the literal behind it', () => {
    expect(content('<Date> <Pid> <Component>: <Content>', '081109 34 dfs.A$B: BLOCK* x: y')).toBe(
      'BLOCK* x: y',
    );
  });

  it('reads the escapes and optional groups of LogHub', () => {
    const format = '<Month> <Date> <Time> <Level> <Component>(\\[<PID>\\])?: <Content>';
    expect(content(format, 'Jun 14 15:16:01 combo sshd(pam_unix)[19939]: check pass')).toBe('check pass');
    expect(content(format, 'Jun 14 15:16:01 combo kernel: Linux [x]: y')).toBe('Linux [x]: y');
    expect(content('\\[<Time>\\] \\[<Level>\\] <Content>', '[Sun Dec 04] [error] bad')).toBe('bad');
  });

  it('takes the field called Content even where it is not the last', () => {
    expect(content('<Time> <Content> | <Tail>', '10 a b | c')).toBe('a b');
  });

  it('says when a line does not have the format', () => {
    expect(content('<Date> <Component>: <Content>', 'no colon here')).toBeUndefined();
    expect(content('[<Date>] <Content>', 'x')).toBeUndefined();
  });

  it.each(['', 'no fields', '<A><B>', '(<A>)?(<B>)?(<C>)?(<D>)?(<E>)? <F>'])(
    'refuses the format %j',
    (format) => {
      expect(() => parseLogFormat(format)).toThrow(/log format/);
    },
  );
});
