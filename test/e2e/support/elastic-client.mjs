/**
 * Sends 50 documents with the bulk helper of @elastic/elasticsearch: node elastic-client.mjs URL SERVICE.
 * A process of its own, because the client does not load under the conditions that tests run with.
 */
import { Client } from '@elastic/elasticsearch';

const [node, service] = process.argv.slice(2);
const client = new Client({ node, auth: { apiKey: 'abc' } });
const datasource = Array.from({ length: 50 }, (_, i) => ({
  '@timestamp': `2026-11-24T02:29:${10 + i}.666Z`,
  message: `order ${i} timed out`,
  'log.level': 'error',
  'service.name': service,
}));
const result = await client.helpers.bulk({
  datasource,
  onDocument: () => ({ create: { _index: 'logs-app-default' } }),
});
process.stdout.write(JSON.stringify(result));
