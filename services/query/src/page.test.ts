import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OverviewJson } from './overview.service.js';
import { pagePolicy, renderHome, renderReportPage } from './page.js';
import type { IncidentJson } from './report-json.js';

const overview: OverviewJson = {
  events: 0,
  lines: 0,
  reports: 0,
  eventsPerSecond: 0,
  firstSeen: null,
  lastSeen: null,
  diskBytes: 0,
  learning: { state: 'empty', seconds: 0, text: 'no log line yet' },
  lag: {},
  notices: ['structuring: <stopped>'],
  logTypes: [],
};

const event = {
  eventId: '00-0000000002b5-00287',
  zoom: 0,
  time: '2026-03-01T09:30:01.000000123Z',
  logType: 'orders',
  host: '',
  pod: 'orders-1',
  severity: 'ERROR',
  message: 'first',
  body: `first\n  at second\n${'x'.repeat(20_000)}`,
  templateId: 'aa',
  surprise: 9,
  role: 'cause',
  reasons: ['first time in 3 h here', 'ERROR'],
} as const;

const report: IncidentJson = {
  id: 'inc/1',
  incidentType: 't',
  occurrence: 3,
  previous: '2026-02-20T10:00:00.000000000Z',
  start: '2026-03-01T09:30:00.000000000Z',
  end: '2026-03-01T09:31:00.000000000Z',
  created: '2026-03-01T09:31:00.000000000Z',
  updated: '2026-03-01T09:31:00.000000000Z',
  significance: 'high',
  falseReportsPerDay: 0.1,
  isProvisional: true,
  revision: 2,
  environment: 'shop',
  detector: 'wide',
  title: 'orders failed',
  summary: 'What happened.',
  logTypes: ['orders'],
  hosts: [],
  coreEvents: [event],
  hallmarks: [{ time: event.time, logType: 'orders', body: 'first\nsecond' }],
  alternates: [],
  words: [],
  related: { '1': 1, '2': 2, '3': 3 },
};

describe('page', () => {
  it('tells how to send logs while there are none', () => {
    const page = renderHome(overview, { incidents: [], total: 0 }, 'http://127.0.0.1:4680');
    expect(page).toContain('culprit push app.log --url http://127.0.0.1:4680');
    expect(page).toContain('structuring: &lt;stopped&gt;');
  });

  it('says that nothing failed when there are logs but no report', () => {
    const page = renderHome({ ...overview, events: 5 }, { incidents: [], total: 0 }, 'http://x');
    expect(page).toContain('No report yet');
    expect(page).not.toContain('culprit push');
  });

  it('shows a report as a person reads it: times, role, lines, reasons, and where to go on', () => {
    const page = renderReportPage(report);
    for (const part of [
      '2026-03-01 09:30:01.000',
      'class="cause"',
      'first\n  at second',
      'first time in 3 h here; ERROR',
      'orders · orders-1',
      'seen 3 times',
      'provisional',
      'href="/api/v1/incidents/inc%2F1"',
      'href="/api/v1/events/00-0000000002b5-00287/peek"',
      '20018 characters in all',
    ]) {
      expect(page).toContain(part);
    }
  });

  it('opens a long stack trace on demand and links no silence', () => {
    const body = Array.from({ length: 20 }, (_, i) => `  at frame ${i}`).join('\n');
    const page = renderReportPage({ ...report, coreEvents: [{ ...event, body, eventId: 'silence-1-2' }] });
    expect(page).toContain('14 more lines</summary><pre>  at frame 6');
    expect(page).not.toContain('/peek');
  });

  it('refreshes the list by itself, but no page somebody reads', () => {
    const home = renderHome(overview, { incidents: [report], total: 1 }, 'http://x');
    expect(home).toContain('http-equiv="refresh" content="15"');
    expect(renderReportPage(report)).not.toContain('http-equiv');
  });

  it('allows exactly its own style sheet and nothing else', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(renderReportPage(report))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(pagePolicy).toContain(`style-src 'sha256-${hash}'`);
    expect(pagePolicy).toContain("default-src 'none'");
    expect(renderReportPage(report)).not.toMatch(/style="|<script|javascript:/);
  });
});
