import { join } from 'node:path';
import { toEpochNanos } from '@culprit/kernel';
import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import type { Anomaly } from '@culprit/scoring';
import { createEmbeddedStore, type Store } from '@culprit/store';
import { startServer, type Server } from './culprit-process.ts';
import { startMillis } from './prepared-rows.ts';
import { fillStore } from './store.bench.ts';

const silent = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** A hundred records a second: ten million are a bit more than a day. */
const rowsPerMilli = 0.1;
const anomalyCount = 20_000;

/** Where and how much is stored. */
interface Filling {
  readonly directory: string;
  readonly rows: number;
  readonly port: number;
}

/** Starts Culprit over prepared rows, 400 event types, 20,000 anomalies and 500 reports. */
export async function startFilledServer({ directory, rows, port }: Filling): Promise<Server> {
  const data = join(directory, 'data');
  const store = await createEmbeddedStore({ directory: join(data, 'store'), logger: silent });
  await fillStore(store, rows, rowsPerMilli);
  await fillTemplates(store);
  await fillAnomalies(store, rows / rowsPerMilli);
  await store.close();
  return startServer(data, port);
}

async function fillTemplates(store: Store): Promise<void> {
  const templates = Array.from({ length: 400 }, (_, kind) => {
    const templateId = kind.toString(16).padStart(16, '0') as TemplateId;
    return {
      environment: 'test' as EnvironmentName,
      logType: `shop/service-${kind % 40}` as LogTypeName,
      templateId,
      canonicalId: templateId,
      text: `<*> INFO [<*>] handler-${kind} request <*> from <*> took <*> ms status=<*> path=<*> session=<*>`,
    };
  });
  await store.templates.save(templates, 1);
}

async function fillAnomalies(store: Store, spanMillis: number): Promise<void> {
  const anomalies = Array.from({ length: anomalyCount }, (_, i): Anomaly => {
    const service = `service-${i % 40}`;
    const body = `handler-${i % 400} failed after ${i} ms`;
    return {
      event: {
        eventId: `00-000000000001-${i.toString(16).padStart(5, '0')}`,
        time: toEpochNanos(Math.floor(startMillis + (i / anomalyCount) * spanMillis)),
        source: {
          environment: 'test' as EnvironmentName,
          logType: `shop/${service}` as LogTypeName,
          namespace: 'shop',
          service,
          pod: '',
          container: '',
          host: '',
        },
        severity: 17,
        templateId: (i % 400).toString(16).padStart(16, '0') as TemplateId,
        message: body,
        body,
        parameters: [],
        hasStackTrace: false,
      },
      surprise: 5 + (i % 7),
      badness: 4,
      evidence: [{ kind: 'novelty', probability: 0.001, sentence: 'first time here' }],
      count: 1,
    };
  });
  await store.anomalies.save([
    { lane: 0, sequence: 1, closedThrough: startMillis + spanMillis, anomalies, activity: [] },
  ]);
}
