import type { Command } from 'commander';

/** A server that was just installed may take this long to answer. */
const patienceMs = 300_000;

/** Adds `culprit migrate`: the schema of a shared store, before the services that need it start. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the schema of a ClickHouse server up to date')
    .addHelpText(
      'after',
      `
The server is that of CULPRIT_STORE_URL, _USERNAME, _PASSWORD and _DATABASE, as for the services. They do the same when
they start; a deployment does it once, before it replaces any of them.

Exit codes: 0 up to date, 1 the server does not answer or refuses, 78 wrong configuration.`,
    )
    .action(migrate);
}

async function migrate(): Promise<void> {
  // Loaded here, because the other commands should not wait for the server's modules.
  const { connectStore, createLogger, loadConfig, storeConfigSchema } = await import('@culprit/platform');
  const { store: config } = loadConfig({ store: storeConfigSchema }, process.env);
  const store = await connectStore({ config, logger: createLogger({ level: 'info' }), patienceMs });
  await store.close();
  process.stdout.write('The schema is up to date.\n');
}
