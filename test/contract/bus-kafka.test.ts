import { randomUUID } from 'node:crypto';
import { createKafkaBus, type KafkaBus, type Subscription } from '@culprit/bus';
import kafkajs from 'kafkajs';
import { compress } from 'lz4js';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { collect, pause, record, text, until } from './bus-support.js';
import { kafkaOptions } from './kafka-driver.js';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const partitions = 4;

/** A frame as Kafka's own clients write it: its header says that blocks do not lean on each other. */
function lz4Frame({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> {
  const frame = Buffer.from(compress(buffer));
  frame.set([0x60, 0x70, 0x73], 4);
  return Promise.resolve(frame);
}

describe('the bus over Kafka', () => {
  const opened: KafkaBus[] = [];
  let topic: string;

  async function open(): Promise<KafkaBus> {
    const definition = { name: topic, partitions, maxRecordBytes: 1 << 20, whenFull: 'wait' as const };
    const bus = await createKafkaBus({ ...kafkaOptions([definition]), sessionTimeoutMs: 6_000 });
    opened.push(bus);
    return bus;
  }

  afterEach(async () => {
    for (const bus of opened.splice(0)) await bus.close();
  });

  it('reads what foreign producers wrote: every codec, no value, no key, repeated headers', async () => {
    topic = `kafka.${randomUUID()}`;
    const bus = await open();
    const client = new Kafka({ brokers: inject('kafkaBrokers').split(','), logLevel: logLevel.NOTHING });
    const producer = client.producer({ createPartitioner: () => () => 0 });
    await producer.connect();
    const long = 'abc'.repeat(40_000);
    // Our own registration of codecs is what lets this producer choose them; lz4 we do not write.
    const lz4 = (CompressionCodecs[CompressionTypes.LZ4] as () => object)();
    CompressionCodecs[CompressionTypes.LZ4] = () => ({ ...lz4, compress: lz4Frame });
    const { None, GZIP, Snappy, LZ4, ZSTD } = CompressionTypes;
    for (const compression of [None, GZIP, Snappy, LZ4, ZSTD])
      await producer.send({ topic, compression, messages: [{ key: 'k', value: long }] });
    await producer.send({ topic, messages: [{ value: null, headers: { h: ['one', 'two'] } }] });
    await producer.disconnect();
    const records = (await collect(bus, topic, 6)).flatMap((batch) => batch.records);
    expect(records.slice(0, 5).map(({ value }) => text(value) === long)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(records[5]).toMatchObject({ key: '', headers: { h: 'one' } });
    expect(records[5]?.value.length).toBe(0);
  });

  it('packs its own records and unpacks them', async () => {
    topic = `kafka.${randomUUID()}`;
    await open();
    const definition = { name: topic, partitions, maxRecordBytes: 1 << 20, whenFull: 'wait' as const };
    for (const compression of ['gzip', 'snappy', 'zstd'] as const) {
      const bus = await createKafkaBus({ ...kafkaOptions([definition]), compression });
      opened.push(bus);
      await bus.publish(topic, [{ ...record(compression.repeat(5_000)), partition: 0 }]);
    }
    const records = (await collect(await open(), topic, 3)).flatMap((batch) => batch.records);
    expect(records.map(({ value }) => text(value).slice(0, 4))).toEqual(['gzip', 'snap', 'zstd']);
  });

  it('spreads partitions anew when members come and go: nothing lost, order kept', async () => {
    topic = `kafka.${randomUUID()}`;
    const group = randomUUID();
    const owners = new Map<number, string>();
    const seen = Array.from({ length: partitions }, (): number[] => []);
    async function join(name: string): Promise<{ bus: KafkaBus; subscription: Subscription }> {
      const bus = await open();
      const applied = new Map<number, number>();
      const subscription = await bus.subscribe({
        topic,
        group,
        onAssigned(assigned) {
          applied.clear();
          for (const partition of assigned) owners.set(partition, name);
          return Promise.resolve();
        },
        async onRevoking() {
          for (const [partition, offset] of applied) await subscription.commit(partition, offset + 1);
        },
        async onBatch(batch) {
          await pause(1);
          for (const { value, offset } of batch.records) {
            seen[batch.partition]?.push(Number(text(value)));
            applied.set(batch.partition, offset);
          }
        },
      });
      return { bus, subscription };
    }
    const publisher = await open();
    const first = await join('first');
    let published = 0;
    const publish = async (count: number): Promise<void> => {
      for (const end = published + count; published < end; published++)
        for (let partition = 0; partition < partitions; partition++)
          await publisher.publish(topic, [{ ...record(String(published)), partition }]);
    };
    await publish(50);
    const second = await join('second');
    await until(() => new Set(owners.values()).size === 2);
    await publish(50);
    await first.bus.close();
    await publish(50);
    const isAllSeen = (): boolean => seen.every((numbers) => new Set(numbers).size === published);
    await until(isAllSeen);
    await second.subscription.close();
    for (const numbers of seen) {
      const once = numbers.filter((number, index) => numbers.indexOf(number) === index);
      expect(once).toEqual(Array.from({ length: published }, (_, n) => n));
    }
    expect(await publisher.groupLag(group, topic)).toBe(0);
  });

  it('refuses the commit of a member whose partition went to another', async () => {
    topic = `kafka.${randomUUID()}`;
    const group = randomUUID();
    const bus = await open();
    const offsets = await bus.publish(topic, [{ ...record('x'), partition: 0 }]);
    const subscription = await bus.subscribe({ topic, group, onBatch: () => Promise.resolve() });
    await subscription.close();
    await expect(subscription.commit(0, (offsets[0]?.offset ?? 0) + 1)).rejects.toMatchObject({
      code: 'CULPRIT_BUS_NOT_OWNER',
    });
    expect(await bus.committed(group, topic, 0)).toBeUndefined();
  });

  it('says what is wrong when no broker answers', async () => {
    topic = `kafka.${randomUUID()}`;
    const options = { ...kafkaOptions([]), brokers: ['127.0.0.1:1'] };
    await expect(createKafkaBus(options)).rejects.toMatchObject({
      code: 'CULPRIT_BUS_UNAVAILABLE',
      isRetryable: true,
    });
  });
});
