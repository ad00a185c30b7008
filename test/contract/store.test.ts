import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedStore } from '@culprit/store';
import { afterAll, describe, expect, it } from 'vitest';
import { describeStoreContract } from './store.contract.js';

const directory = mkdtempSync(join(tmpdir(), 'culprit-store-'));
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeStoreContract('the embedded engine', () => createEmbeddedStore({ directory, logger }));

describe('store over a server', () => {
  it('passes the same contract', ({ skip }) => {
    skip('there is no driver for a ClickHouse server yet');
    expect.unreachable();
  });
});
