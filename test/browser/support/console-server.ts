import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportEvent, RootCauseReport } from '@culprit/correlation';
import { toEpochNanos } from '@culprit/kernel';
import { silentLogger } from '@culprit/platform';
import { createEmbeddedStore } from '@culprit/store';
import type { Store } from '@culprit/store';
import type { Anomaly } from '@culprit/scoring';
import { anomaly, anomalyBatch } from '../../contract/store-support/sample-rows.js';
import { environment, reportOf, rowsOf, start } from '../../integration/support/stored-fixture.js';
import { createQueryApp } from '../../support/query-app.js';

export const pagesDirectory = join(import.meta.dirname, '../../../services/console/dist/pages');

/** Colours, markup, direction marks and what a page could trip over, in one line. */
export const hostileText =
  '\u001b[31mred\u001b[0m <script>globalThis.isTaken=true</script><img src=x onerror="globalThis.isTaken=true"> \u202etxt.exe\u0007 javascript:alert(1) {{7*7}} ${x}';

/** The pages over a store that holds two incidents and a few hundred lines. */
export interface ConsoleServer {
  readonly address: string;
  readonly store: Store;
  close(): Promise<void>;
}

export async function startConsoleServer(): Promise<ConsoleServer> {
  const directory = await mkdtemp(join(tmpdir(), 'culprit-browser-'));
  const store = await createEmbeddedStore({ directory: join(directory, 'store'), logger: silentLogger });
  await fill(store);
  const app = await createQueryApp({ store, consoleDirectory: pagesDirectory });
  return {
    address: await app.listen('127.0.0.1', 0),
    store,
    async close() {
      await app.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function fill(store: Store): Promise<void> {
  const writer = store.createEventWriter();
  const orders = Array.from({ length: 1_200 }, (_, i) =>
    i === 600
      ? 'payment failed\n\tat Payment.pay(Payment.java:31)\n\tat Shop.run(Shop.java:7)'
      : `order ${i} placed`,
  );
  await writer.append(rowsOf({ sequence: 1, logType: 'orders', pod: 'orders-1' }, orders));
  await writer.append(
    rowsOf({ sequence: 2, logType: hostileText, pod: 'cart-1' }, [hostileText, 'cart emptied']),
  );
  await writer.flush();
  await store.anomalies.save([anomalyBatch(anomaliesOfShop())]);
  await store.reports.save(shopReport('inc-1'));
  await store.reports.save(hostileReport());
}

/** Nine anomalies within the first incident's first seconds. */
function anomaliesOfShop(): readonly Anomaly[] {
  return Array.from({ length: 9 }, (_, i) => {
    const { event, ...rest } = anomaly(i, 9);
    const time = toEpochNanos(start + 600_000 + i * 1_000);
    return { ...rest, event: { ...event, time, source: { ...event.source, environment } } };
  });
}

/** A report whose events are stored lines, so that one can peek. */
export function shopReport(id: string, fields: Partial<RootCauseReport> = {}): RootCauseReport {
  const report = reportOf(id);
  const [, symptom = report.coreEvents[0]] = report.coreEvents;
  return {
    ...report,
    title: 'orders: payment failed',
    start: toEpochNanos(start + 600_000),
    end: toEpochNanos(start + 660_000),
    coreEvents: [
      ...report.coreEvents
        .slice(0, 1)
        .map((event) => ({ ...event, ...place(598), logType: 'kernel', message: 'eth0: link down' })),
      ...(symptom === undefined ? [] : [{ ...symptom, ...place(600), message: 'payment failed' }]),
    ],
    relatedEvents: report.relatedEvents.map((event, i) => ({
      ...event,
      ...place(605 + i),
      message: `retry ${i}`,
      role: 'context' as const,
    })),
    ...fields,
  };
}

function hostileReport(): RootCauseReport {
  const report = shopReport('inc-2', { start: toEpochNanos(start), end: toEpochNanos(start + 60_000) });
  return {
    ...report,
    significance: 'low',
    title: hostileText,
    summary: hostileText,
    logTypes: [hostileText],
    hosts: [hostileText],
    hallmarks: [{ time: report.start, logType: hostileText, body: hostileText }],
    coreEvents: report.coreEvents.map((event) => ({
      ...event,
      logType: hostileText,
      body: hostileText,
      message: hostileText,
      reasons: [hostileText],
    })),
  };
}

function place(row: number): Pick<ReportEvent, 'eventId' | 'time'> {
  return {
    eventId: `00-000000000001-${row.toString(16).padStart(5, '0')}`,
    time: toEpochNanos(start + row * 1_000),
  };
}
