import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEmbeddedStore,
  createFileSnapshotStore,
  createServerStore,
  serveStore,
  type StoreFront,
} from '@culprit/store';
import { afterAll, describe } from 'vitest';
import { describeSnapshots } from './store-snapshots.contract.js';
import { describeStoreContract } from './store.contract.js';

const directory = mkdtempSync(join(tmpdir(), 'culprit-store-'));
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeStoreContract('the embedded engine', () => createEmbeddedStore({ directory, logger }));

const frontDirectory = mkdtempSync(join(tmpdir(), 'culprit-front-'));
let front: StoreFront | undefined;

afterAll(async () => {
  await front?.close();
  rmSync(frontDirectory, { recursive: true, force: true });
});

describeStoreContract('the HTTP protocol', async () => {
  front = await serveStore({ directory: frontDirectory, logger, port: 0 });
  return createServerStore({ url: front.url, logger });
});

describe('snapshots as files', () => {
  const files = mkdtempSync(join(tmpdir(), 'culprit-snapshots-'));
  afterAll(() => rmSync(files, { recursive: true, force: true }));
  const snapshots = createFileSnapshotStore({ directory: files, logger });
  describeSnapshots(() => snapshots);
});
