import { createRng } from '@culprit/kernel';
import { createEmbeddedStore } from '../../../libs/store/src/embedded-store.js';
import { batchCount, batchOf } from './crash-batches.js';

// Writes batches from a sequence on, in groups of random size, and says on its output up to where they are stored.
const [directory = '', from = '0', seed = '1'] = process.argv.slice(2);
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const rng = createRng(Number(seed));
const store = await createEmbeddedStore({ directory, logger });
const writer = store.createEventWriter();
process.stdout.write('open\n');
for (let sequence = Number(from); sequence < batchCount; sequence++) {
  await writer.append(batchOf(sequence));
  if (rng.next() < 0.25) {
    await writer.flush();
    process.stdout.write(`stored ${writer.storedThrough(0)}\n`);
  }
}
await writer.flush();
process.stdout.write(`stored ${writer.storedThrough(0)}\n`);
await store.close();
