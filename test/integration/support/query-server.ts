import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInProcessBus } from '@culprit/bus';
import { allTopics } from '@culprit/contracts';
import { silentLogger } from '@culprit/platform';
import { ingestConfigSchema, ingestModule } from '@culprit/service-ingest/module';
import { queryGrpcService } from '@culprit/service-query/module';
import { createEmbeddedStore } from '@culprit/store';
import type { Store } from '@culprit/store';
import { createQueryApp } from '../../support/query-app.js';
import { anomalyOf, environment, reportOf, rowsOf, start, templateId } from './stored-fixture.js';

/** A server that takes logs and answers questions, over a real store that holds a little of everything. */
export interface QueryServer {
  readonly base: string;
  /** `host:port` of the gRPC server. */
  readonly grpcAddress: string;
  readonly store: Store;
  close(): Promise<void>;
}

/** @param settings of the query service, as the environment gives them */
export async function startQueryServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<QueryServer> {
  const directory = await mkdtemp(join(tmpdir(), 'culprit-query-'));
  const consoleDirectory = join(directory, 'pages');
  await mkdir(join(consoleDirectory, 'assets'), { recursive: true });
  await writeFile(join(consoleDirectory, 'index.html'), '<!doctype html><title>Culprit</title>');
  await writeFile(join(consoleDirectory, 'assets', 'a-1.js'), 'export {};\n');
  const store = await createEmbeddedStore({ directory: join(directory, 'store'), logger: silentLogger });
  await fill(store);
  const bus = await createInProcessBus({
    topics: allTopics.map((topic) => ({ ...topic, partitions: 1 })),
    logger: silentLogger,
  });
  const app = await createQueryApp({
    store,
    settings,
    consoleDirectory,
    grpc: { host: '127.0.0.1', port: 0, services: [queryGrpcService] },
    modules: [ingestModule({ bus, config: ingestConfigSchema.parse({}) })],
  });
  const base = await app.listen('127.0.0.1', 0);
  return {
    base,
    grpcAddress: app.grpcAddress ?? '',
    store,
    async close() {
      await app.close();
      await bus.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function fill(store: Store): Promise<void> {
  const writer = store.createEventWriter();
  const orders = Array.from({ length: 30 }, (_, i) => (i === 20 ? 'payment failed 20' : `order ${i} placed`));
  await writer.append(rowsOf({ sequence: 1, logType: 'orders', pod: 'orders-1' }, orders));
  await writer.append(rowsOf({ sequence: 2, logType: 'cart', pod: 'cart-1' }, ['cart emptied']));
  await writer.flush();
  const text = 'order <*> placed';
  await store.templates.save(
    [{ environment, logType: 'orders', templateId, text, canonicalId: templateId }],
    1,
  );
  await store.anomalies.save([
    {
      lane: 0,
      sequence: 1,
      closedThrough: start + 60_000,
      anomalies: [anomalyOf(1, 'orders'), anomalyOf(2, 'cart')],
      activity: [],
    },
  ]);
  await store.reports.save(reportOf('inc-1'));
  await store.reports.save(reportOf('inc-1', { revision: 2 }));
  await store.reports.save(reportOf('inc-2', { significance: 'low', title: 'cart is slow' }));
}

/** Sends a JSON body. */
export function postJson(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
