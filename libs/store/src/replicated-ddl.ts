import { storeError } from './errors.js';

const CLUSTER_PATTERN = /^[\w.-]{1,64}$/;

/**
 * A statement of migrations/ for a cluster of servers: run on each of them, tables that keep copies of each other at the
 * paths that the servers' configuration names, and their own window of remembered tokens.
 *
 * @param sql a CREATE TABLE, ALTER TABLE or DROP TABLE of this room
 * @param cluster name in `remote_servers` of the servers' configuration
 * @throws AppError CULPRIT_STORE_BAD_REQUEST for a name that is none
 */
export function replicatedDdl(sql: string, cluster: string): string {
  if (!CLUSTER_PATTERN.test(cluster)) {
    throw storeError('CULPRIT_STORE_BAD_REQUEST', {
      message: 'cluster: expected letters, digits, dot, dash and underscore',
    });
  }
  const onCluster = sql.replace(
    /^(CREATE TABLE IF NOT EXISTS|ALTER TABLE|DROP TABLE IF EXISTS) (\w+)/m,
    (_match, statement: string, table: string) => `${statement} ${table} ON CLUSTER '${cluster}'`,
  );
  if (onCluster === sql)
    throw new Error(`no statement of a kind that runs on a cluster: ${sql.slice(0, 200)}`);
  return onCluster
    .replace(/^ENGINE = (?=\w*MergeTree)/m, 'ENGINE = Replicated')
    .replaceAll(/\bnon_replicated_deduplication_window\b/g, 'replicated_deduplication_window');
}
