import { encodeUtf8, formatRfc3339, toEpochNanos } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { parseTimestamp, resolveYear } from './date-formats.js';
import { createParsedTime, parseEpoch, timeKind } from './timestamp.js';

const { absolute, clock, local, yearless } = timeKind;

function parse(text: string): { kind: number; time: string; rest: string } | undefined {
  const bytes = encodeUtf8(text);
  const out = createParsedTime();
  if (!parseTimestamp(bytes, 0, bytes.length, out)) return undefined;
  return {
    kind: out.kind,
    time: formatRfc3339(toEpochNanos(out.millis, out.subNanos)),
    rest: text.slice(out.end),
  };
}

describe('parseTimestamp', () => {
  it.each([
    ['2023-01-29T08:42:09.487160534Z', absolute, '2023-01-29T08:42:09.487160534Z'],
    ['2023-01-29T08:42:09+02:00', absolute, '2023-01-29T06:42:09.000000000Z'],
    ['2016-09-14T16:20:19.982+0200', absolute, '2016-09-14T14:20:19.982000000Z'],
    ['2024-02-09T10:45:19.766312-00:00', absolute, '2024-02-09T10:45:19.766312000Z'],
    ['2024-01-01 10:00:00.123 UTC', absolute, '2024-01-01T10:00:00.123000000Z'],
    ['2024-01-01 10:00:00.123 CET', absolute, '2024-01-01T09:00:00.123000000Z'],
    ['2024-06-30 23:30:00 PDT', absolute, '2024-07-01T06:30:00.000000000Z'],
    ['Sun Dec 04 04:51:14 EST 2005', absolute, '2005-12-04T09:51:14.000000000Z'],
    ['2024-01-01 10:00:00.000 +00:00', absolute, '2024-01-01T10:00:00.000000000Z'],
    ['2017-05-19 20:49:13.699', local, '2017-05-19T20:49:13.699000000Z'],
    ['2015-07-29 17:41:41,536', local, '2015-07-29T17:41:41.536000000Z'],
    ['2021/09/10 - 17:55:51', local, '2021-09-10T17:55:51.000000000Z'],
    ['2021/09/10 17:55:51', local, '2021-09-10T17:55:51.000000000Z'],
    ['2005.06.03 16:56:55', local, '2005-06-03T16:56:55.000000000Z'],
    ['2005-06-03-16.56.55.309974', local, '2005-06-03T16:56:55.309974000Z'],
    ['20171223-22:15:29:606', local, '2017-12-23T22:15:29.606000000Z'],
    ['20171223-9:15:03:041', local, '2017-12-23T09:15:03.041000000Z'],
    ['2024-03-05  9:58:03', local, '2024-03-05T09:58:03.000000000Z'],
    ['3/5/24 9:58:03', local, '2024-03-05T09:58:03.000000000Z'],
    ['20240101T100000Z', absolute, '2024-01-01T10:00:00.000000000Z'],
    ['20240101100000', local, '2024-01-01T10:00:00.000000000Z'],
    ['081109 204324', local, '2008-11-09T20:43:24.000000000Z'],
    ['160313 17:12:52', local, '2016-03-13T17:12:52.000000000Z'],
    ['17/06/09 20:10:41', local, '2017-06-09T20:10:41.000000000Z'],
    ['12/31/2023 11:59:59 PM', local, '2023-12-31T23:59:59.000000000Z'],
    ['31/12/2023 23:59:59', local, '2023-12-31T23:59:59.000000000Z'],
    ['31.12.2023 23:59:59', local, '2023-12-31T23:59:59.000000000Z'],
    ['10/Oct/2000:13:55:36 -0700', absolute, '2000-10-10T20:55:36.000000000Z'],
    ['14-May-2015::14:52:07', local, '2015-05-14T14:52:07.000000000Z'],
    ['01 Jan 2024 10:00:00.123', local, '2024-01-01T10:00:00.123000000Z'],
    ['Sun Dec 04 04:51:14 2005', local, '2005-12-04T04:51:14.000000000Z'],
    ['Fri, 02 Jan 2026 10:00:00 GMT', absolute, '2026-01-02T10:00:00.000000000Z'],
    ['Mar 01, 2024 5:00:00 PM', local, '2024-03-01T17:00:00.000000000Z'],
    ['Sep 10 17:55:55', yearless, '2000-09-10T17:55:55.000000000Z'],
    ['Jul  9 12:59:44', yearless, '2000-07-09T12:59:44.000000000Z'],
    ['03-17 16:13:38.869', yearless, '2000-03-17T16:13:38.869000000Z'],
    ['10.30 16:49:07', yearless, '2000-10-30T16:49:07.000000000Z'],
    ['16:42:09.486', clock, '1970-01-01T16:42:09.486000000Z'],
    ['1117843015', absolute, '2005-06-03T23:56:55.000000000Z'],
    ['1631296551.123456789', absolute, '2021-09-10T17:55:51.123456789Z'],
    ['1631296551123', absolute, '2021-09-10T17:55:51.123000000Z'],
    ['1631296551123456', absolute, '2021-09-10T17:55:51.123456000Z'],
    ['1631296551123456789', absolute, '2021-09-10T17:55:51.123456789Z'],
  ])('reads %s and stops behind it', (text, kind, time) => {
    expect(parse(text)).toEqual({ kind, time, rest: '' });
    expect(parse(`${text} tail`)).toEqual({ kind, time, rest: ' tail' });
  });

  it.each([
    'Monday morning',
    'Marching on 12',
    '10.0.0.1 connected',
    '192.168.1.1:80',
    '2024-13-01 10:00:00',
    '2024-01-01 25:00:00',
    'at 10:00:00',
    '12345678 blocks',
    'v1.2.3-beta.4',
    '2024-01-01',
    '99999999999999999999',
  ])('sees no time in %s', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('does not read past the end of the range', () => {
    const bytes = encodeUtf8('2024-01-01 10:00:00');
    const out = createParsedTime();
    expect(parseTimestamp(bytes, 0, bytes.length - 1, out)).toBe(false);
  });
});

describe('parseEpoch', () => {
  it('believes only counts between 2000 and 2100', () => {
    const bytes = encodeUtf8('000000012');
    expect(parseEpoch(bytes, 0, bytes.length, createParsedTime())).toBe(false);
  });
});

describe('resolveYear', () => {
  const in2000 = Date.UTC(2000, 11, 31, 23, 59, 58);
  it('takes the year nearest to the reference', () => {
    expect(resolveYear(in2000, Date.UTC(2022, 0, 1))).toBe(Date.UTC(2021, 11, 31, 23, 59, 58));
    expect(resolveYear(in2000, Date.UTC(2022, 10, 1))).toBe(Date.UTC(2022, 11, 31, 23, 59, 58));
  });
  it('crosses the new year with the previous record as reference', () => {
    expect(resolveYear(Date.UTC(2000, 0, 1, 0, 0, 1), Date.UTC(2021, 11, 31, 23, 59, 59))).toBe(
      Date.UTC(2022, 0, 1, 0, 0, 1),
    );
  });
});
