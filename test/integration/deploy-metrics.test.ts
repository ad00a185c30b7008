import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startServer } from '../faults/server.js';
import { metricUses, unknownUses } from '../support/metric-uses.ts';
import { temporaryFolder } from './support/cli-process.js';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: { readonly summary: string };
}
interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const deploy = join(import.meta.dirname, '..', '..', 'deploy');
const { groups } = parse(readFileSync(join(deploy, 'prometheus/rules.yaml'), 'utf8')) as {
  groups: { rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(readFileSync(join(deploy, 'grafana/culprit.json'), 'utf8')) as {
  panels: Panel[];
};
const recorded = rules.flatMap(({ record }) => (record === undefined ? [] : [record]));
const folder = temporaryFolder();
let text = '';

beforeAll(async () => {
  const server = await startServer(folder.path('metrics'), 46_919);
  try {
    await fetch(`${server.address}/ingest/v1/logs`, { method: 'POST', body: 'a line\n' });
    text = await fetch(`${server.address}/metrics`).then((answer) => answer.text());
  } finally {
    await server.stop();
  }
});
afterAll(() => folder.remove());

describe('alerts and dashboard', () => {
  it('ask only for metrics that the process has', () => {
    const expressions = rules.map(({ expr }) => expr);
    const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    for (const uses of [expressions, shown].map((all) => all.flatMap(metricUses))) {
      expect(uses.length).toBeGreaterThan(20);
      const withCodes = uses.filter(({ name }) => name !== 'culprit_ingest_refusals_total');
      expect(unknownUses(withCodes, { text, recorded })).toEqual([]);
    }
    // Its series come with the first refusal of each kind.
    expect(text).toContain('# TYPE culprit_ingest_refusals_total counter');
  });

  it('are caught when a name or a label does not exist', () => {
    const planted = [
      'sum(rate(culprit_stage_lines_total[5m]))',
      'culprit_ingest_requests_total{outcome="exploded"}',
      'culprit:never_recorded',
      'culprit_stage_batch_seconds',
    ];
    expect(unknownUses(planted.flatMap(metricUses), { text, recorded })).toHaveLength(planted.length);
  });

  it('say how bad it is and what happened', () => {
    const alerts = rules.filter(({ alert }) => alert !== undefined);
    expect(alerts.length).toBeGreaterThan(5);
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, labels?.severity]).toEqual([alert, expect.stringMatching(/^(?:critical|warning)$/)]);
      expect(annotations?.summary).not.toBe('');
    }
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(panels.filter(({ type, targets = [] }) => type !== 'row' && targets.length === 0)).toEqual([]);
  });
});
