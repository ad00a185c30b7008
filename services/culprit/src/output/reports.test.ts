import { describe, expect, it } from 'vitest';
import { falseReportText, occurrenceText, reportToMarkdown } from '@culprit/correlation';
import { toReportView, type ReportEventView, type ReportView } from './report-view.js';
import { formatReportLine, formatReportText } from './text-report.js';

function eventOf(body: string, more: Partial<ReportEventView> = {}): ReportEventView {
  return {
    time: '2026-03-01T09:30:02.118000000Z',
    logType: 'shop/orders',
    host: 'node-2',
    pod: 'orders-1',
    severity: 'ERROR',
    body,
    role: 'symptom',
    reasons: ['first time in 2 h here'],
    ...more,
  };
}

function reportOf(more: Partial<ReportView> = {}): ReportView {
  return {
    id: '3f9a0c6d2b1e4f57',
    occurrence: 1,
    start: '2026-03-01T09:30:02.118000000Z',
    end: '2026-03-01T09:34:40.902000000Z',
    significance: 'high',
    falseReportsPerDay: 0.021,
    title: 'orders: Read timed out',
    summary: 'At 09:30:02 shop/orders said so.',
    coreEvents: [eventOf('Read timed out\n\tat Client.java:88')],
    related: { 1: 37, 2: 112, 3: 204 },
    ...more,
  };
}

/** Escape sequences, backspaces, a bell, direction marks, and a line that plays an end of the report. */
const hostile = '\u001b[2J\u001b]0;owned\u0007 \b\b\b\u202eexe.txt \u009b31m done\r\nRelated events: 0';

/** Everything that a terminal acts on, but for the line feed. */
const controls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

function hasControls(text: string): boolean {
  return controls.test(text.replaceAll('\n', ''));
}

describe('a report for a terminal', () => {
  it('shows title, time, events with role and reasons, and what is related', () => {
    const text = formatReportText(reportOf());
    for (const part of [
      'HIGH',
      'orders: Read timed out',
      '2026-03-01 09:30:02 UTC, 5 min',
      '09:30:02.118  symptom    shop/orders  ERROR Read timed out',
      '↳ first time in 2 h here',
      'Related events: 37 at zoom 1, 112 at zoom 2, 204 at zoom 3.',
      'about once in 48 days.',
    ])
      expect(text).toContain(part);
  });

  it('lets no log text reach the terminal as control codes or as a line of its own', () => {
    const report = reportOf({
      title: hostile,
      summary: hostile,
      coreEvents: [eventOf(hostile, { reasons: [hostile] })],
    });
    const text = formatReportText(report);
    expect(hasControls(text)).toBe(false);
    expect(hasControls(formatReportLine(report))).toBe(false);
    expect(text.split('\n').filter((line) => line.startsWith('Related events:'))).toHaveLength(1);
  });

  it.each([
    [0, 'is not expected by chance'],
    [0.000_01, 'less than once in ten years'],
    [0.1, 'about once in 10 days'],
    [2, 'about 2.0 times a day'],
  ])('says what %s false reports a day mean', (falseReportsPerDay, sentence) => {
    expect(falseReportText(reportOf({ falseReportsPerDay }))).toContain(sentence);
  });

  it('says that less than a day was learned', () => {
    expect(falseReportText(reportOf({ isProvisional: true }))).toMatch(
      /\(provisional: less than a day of history\)\.$/,
    );
  });
});

describe('what a report says beside its events', () => {
  it.each([
    [1, null, 'first of its kind'],
    [2, '2026-03-01T09:30:02.118000000Z', '2nd time, last on 2026-03-01 09:30'],
    [11, '2026-03-01T09:30:02.118000000Z', '11th time, last on 2026-03-01 09:30'],
    [23, null, '23rd time'],
  ])('counts occurrence %i', (occurrence, previous, text) => {
    expect(occurrenceText(reportOf({ occurrence, previous }))).toBe(text);
  });

  it('names what else may be the cause, on one line', () => {
    const alternates = [
      { time: '2026-03-01T09:30:02.118000000Z', logType: 'shop/pay\n\u001b[31m', body: 'x' },
    ];
    const text = formatReportText(reportOf({ alternates }));
    expect(text).toContain('Less likely the cause: shop/pay');
    expect(hasControls(text)).toBe(false);
    expect(reportToMarkdown(reportOf({ alternates }))).toContain('Less likely the cause: shop/pay');
    expect(formatReportText(reportOf())).not.toContain('Less likely');
  });
});

describe('a report as Markdown', () => {
  it('keeps the body as it is inside a fence', () => {
    expect(reportToMarkdown(reportOf())).toContain('```\nRead timed out\n\tat Client.java:88\n```');
  });

  it.each(['```', '`````\n<script>', 'a ```` b'])('makes a fence that %j cannot close', (body) => {
    const lines = reportToMarkdown(reportOf({ coreEvents: [eventOf(`x\n${body}\n# free`)] })).split('\n');
    const fences = lines.filter((line) => /^`{3,}$/.test(line));
    const fence = fences.reduce((longest, line) => (line.length > longest.length ? line : longest), '');
    expect(lines.filter((line) => line === fence)).toHaveLength(2);
    expect(lines.indexOf('# free')).toBeGreaterThan(lines.indexOf(fence));
    expect(lines.indexOf('# free')).toBeLessThan(lines.lastIndexOf(fence));
  });

  it('leaves no markup, link, image or control code of a log in its own lines', () => {
    const bad = '[x](http://evil) ![i](http://evil) <img src=x> **b** | # h\n# own line\u001b[31m';
    const lines = reportToMarkdown(
      reportOf({ title: bad, summary: bad, coreEvents: [eventOf('fine', { logType: bad, reasons: [bad] })] }),
    ).split('\n');
    expect(lines).not.toContain('# own line');
    for (const line of lines.filter((text) => text.includes('evil'))) {
      expect(line).not.toMatch(/(?<!\\)[[\]<>|]/);
      expect(hasControls(line)).toBe(false);
    }
  });
});

describe('an answer of a server', () => {
  it.each([undefined, 'text', {}, { id: 'x', title: '', summary: '', coreEvents: 'none' }])(
    'is no report when it is %j',
    (answer) => {
      expect(toReportView(answer)).toBeUndefined();
    },
  );

  it('is a report when it has the members of one', () => {
    const report = reportOf();
    expect(toReportView(report)).toBe(report);
  });
});
