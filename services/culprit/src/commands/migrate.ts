import type { Command } from 'commander';

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
  const [{ createLogger, loadConfig, storeConfigSchema }, { createServerStore }] = await Promise.all([
    import('@culprit/platform'),
    import('@culprit/store'),
  ]);
  const { store: config } = loadConfig({ store: storeConfigSchema }, process.env);
  const store = await createServerStore({
    ...config,
    username: config.username || undefined,
    password: config.password || undefined,
    database: config.database || undefined,
    logger: createLogger({ level: 'info' }),
  });
  await store.close();
  process.stdout.write('The schema is up to date.\n');
}
