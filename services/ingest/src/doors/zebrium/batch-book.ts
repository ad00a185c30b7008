import { randomUUID } from 'node:crypto';
import type { Json } from '../json-body.js';

interface Batch {
  readonly tenant: string;
  readonly created: string;
  readonly retentionHours: number;
  readonly method: string;
  state: 'Uploading' | 'Done' | 'Cancelled';
}

const maxBatches = 1_000;
const defaultRetentionHours = 48;
const maxIdCharacters = 100;

/**
 * The batches that a command line announces round its uploads. Lines are analysed as they come, so a batch is only a
 * name and a state; the oldest go when there are too many.
 */
export class BatchBook {
  readonly #batchById = new Map<string, Batch>();

  begin(tenant: string, request: Json): object {
    const wanted = request['batch_id'];
    const id = typeof wanted === 'string' && wanted !== '' ? wanted.slice(0, maxIdCharacters) : randomUUID();
    const [oldest] = this.#batchById.keys();
    if (this.#batchById.size >= maxBatches && oldest !== undefined) this.#batchById.delete(oldest);
    this.#batchById.set(keyOf(tenant, id), {
      tenant,
      created: new Date().toISOString(),
      retentionHours: Number(request['retention_hours'] ?? defaultRetentionHours),
      method: request['processing_method'] === 'delayed' ? 'delayed' : 'opportunistic',
      state: 'Uploading',
    });
    return reply(200, { batch_id: id });
  }

  update(tenant: string, id: string, request: Json): object {
    const batch = this.#batchById.get(keyOf(tenant, id));
    if (batch === undefined) return unknown(id);
    if (request['uploads_complete'] === true) batch.state = 'Done';
    if (request['cancel'] === true) batch.state = 'Cancelled';
    return reply(200, { batch_id: id, state: batch.state });
  }

  show(tenant: string, id: string): object {
    const batch = this.#batchById.get(keyOf(tenant, id));
    if (batch === undefined) return unknown(id);
    const { state, created, retentionHours, method } = batch;
    return reply(200, [
      {
        batch_id: id,
        state,
        created,
        retention_hours: retentionHours,
        processing_method: method,
        reason: '',
      },
    ]);
  }
}

function keyOf(tenant: string, id: string): string {
  return `${tenant}\u0000${id}`;
}

function reply(code: number, content: object): object {
  return { data: content, message: '', code, status: code === 200 ? 'OK' : 'Not found' };
}

function unknown(id: string): object {
  return { ...reply(404, []), message: `there is no batch ${id.slice(0, maxIdCharacters)}` };
}
