/**
 * Loads the embedded engine and asks for its version, for example `26.7.2.1`. Opens no directory and keeps nothing.
 *
 * @throws Error of the loader where the engine does not run on this machine
 */
export async function probeEngine(): Promise<string> {
  const { query } = await import('chdb');
  return query('SELECT version()', 'TabSeparated').trim();
}
