import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInProcessBus } from '@culprit/bus';
import {
  describeBusContract,
  type BusLimits,
  type BusUnderTest,
  type ContractTopic,
} from './bus.contract.js';
import { openKafka } from './kafka-driver.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const common = { logger: silent, retry: { firstMs: 1, maxMs: 20 } };

async function openMemory(topics: readonly ContractTopic[], limits: BusLimits = {}): Promise<BusUnderTest> {
  const bus = await createInProcessBus({ ...common, topics, limits });
  return { bus, reopen: () => openMemory(topics, limits), dispose: () => bus.close() };
}

async function openSegments(topics: readonly ContractTopic[], limits: BusLimits = {}): Promise<BusUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'culprit-bus-'));
  return openDirectory(directory, topics, limits);
}

async function openDirectory(
  directory: string,
  topics: readonly ContractTopic[],
  limits: BusLimits,
): Promise<BusUnderTest> {
  const bus = await createInProcessBus({ ...common, topics, limits, directory, segmentBytes: 4_096 });
  return {
    bus,
    async reopen() {
      await bus.close();
      return openDirectory(directory, topics, limits);
    },
    async dispose() {
      await bus.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

describeBusContract('in memory', { create: openMemory, hasBackPressure: true, isDurable: false });
describeBusContract('segment log', { create: openSegments, hasBackPressure: true, isDurable: true });

describeBusContract('Kafka', { create: openKafka, hasBackPressure: false, isDurable: true });
