import type { TestProject } from 'vitest/node';
import { startBroker } from './broker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the Kafka broker of this run, separated by commas. */
    kafkaBrokers: string;
  }
}

/** Gives the projects that need it one broker: the one of KAFKA_BROKERS, else one that this run starts and ends. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['KAFKA_BROKERS'];
  if (given !== undefined && given !== '') {
    project.provide('kafkaBrokers', given);
    return undefined;
  }
  const broker = await startBroker();
  // The other projects of the run read it here.
  process.env['KAFKA_BROKERS'] = broker.address;
  project.provide('kafkaBrokers', broker.address);
  return async () => {
    delete process.env['KAFKA_BROKERS'];
    await broker.stop();
  };
}
