import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/support/closing-line-reporter.js';

const conditions = ['source', 'node', 'import', 'module', 'default'];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};
const exclude = ['**/node_modules/**', '**/dist/**'];

/** Projects that talk to a real Kafka broker: one is started for all of them. */
const needsBroker: ReadonlySet<string> = new Set(['contract', 'faults']);

/** Projects that are not all of the folder of their name. */
const includes: ReadonlyMap<string, string[]> = new Map([
  ['story', ['test/browser/story.ts']],
  ['deploy', ['test/deploy/*.test.ts']],
  ['deploy-slow', ['test/deploy/slow/*.test.ts']],
]);

export default defineConfig({
  ...shared,
  test: {
    pool: 'forks',
    // A fingerprint that is missing is a failure, not a reason to write one.
    update: 'none',
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          // What tests read has no colours, whatever the machine that runs them asks for.
          env: { NO_COLOR: '1' },
          include: ['libs/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'test/support/**/*.test.ts'],
          exclude,
          testTimeout: 5_000,
          // Pure tests share nothing: workers and modules are reused from file to file.
          isolate: false,
          sequence: { shuffle: true },
        },
      },
      ...[
        'arch',
        'golden',
        'contract',
        'integration',
        'faults',
        'scenario',
        'e2e',
        'api',
        'clients',
        'browser',
        'story',
        'deploy',
        'deploy-slow',
      ].map((name) => ({
        ...shared,
        test: {
          name,
          include: includes.get(name) ?? [`test/${name}/**/*.test.ts`],
          isolate: name !== 'arch',
          exclude,
          globalSetup: needsBroker.has(name) ? ['test/support/broker/vitest-broker.ts'] : [],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      })),
    ],
  },
});
