// Publishes until it is killed. Says on standard output, at once, what was acknowledged:
// `published <publisher> <number>` and `committed <partition> <offset>`.
import { writeSync } from 'node:fs';
import { createInProcessBus } from '@culprit/bus';

const [directory, topicJson, round] = process.argv.slice(2);
const topic = JSON.parse(topicJson);
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const bus = await createInProcessBus({ directory, topics: [topic], logger, segmentBytes: 65_536 });

const subscription = await bus.subscribe({
  topic: topic.name,
  group: 'reader',
  async onBatch({ partition, records }) {
    const offset = records.at(-1).offset + 1;
    await subscription.commit(partition, offset);
    writeSync(1, `committed ${partition} ${offset}\n`);
  },
});

for (let publisher = 0; publisher < 6; publisher++) void publish(publisher);

async function publish(publisher) {
  const partition = publisher % topic.partitions;
  const inFlight = [];
  for (let n = 0; ; n++) {
    const number = Number(round) * 1_000_000 + n;
    const value = Buffer.from(`${publisher} ${number} ${'x'.repeat((n * 37) % 3000)}`);
    const written = bus.publish(topic.name, [{ key: `publisher-${publisher}`, value, partition }]);
    inFlight.push(written.then(() => writeSync(1, `published ${publisher} ${number}\n`)));
    if (inFlight.length === 4) await inFlight.shift();
  }
}
