import { assert, property, string, uint8Array } from 'fast-check';
import { compress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { readDoor, readHostile } from '../read-door.test-data.js';
import { lokiJsonToProtobuf } from './json-to-push-request.js';
import { lokiDoor } from './loki.door.js';

const protobuf = 'application/x-protobuf';
const nanos = '1795487348648000123';

/** What winston-loki sent, captured. */
const captured = Buffer.from(
  '5de80a5b0a1c7b6c6576656c3d226572726f72222c6170703d226f7264657273227d123b0a0c08fdec93d80610c0e8b2bb01122b7b226c6576656c223a113064226d657373616765223a224f726465722074696d656f7574227d',
  'hex',
);

function push(stream: Readonly<Record<string, string>>, ...values: readonly unknown[][]): string {
  return JSON.stringify({ streams: [{ stream, values }] });
}

const logTypeOf = (labels: Readonly<Record<string, string>>): string | undefined =>
  readDoor(lokiDoor, push(labels, [nanos, 'x'])).lines[0]?.logType;

const packed = (json: string): Uint8Array => compress(lokiJsonToProtobuf(new TextEncoder().encode(json)));

describe('Loki push', () => {
  it('reads what winston-loki sends', () => {
    expect(readDoor(lokiDoor, captured, protobuf).lines).toMatchObject([
      { time: '2026-11-24T02:29:17.393000000Z', severity: 17, logType: 'orders', text: 'Order timeout' },
    ]);
  });

  it('reads JSON and Protocol Buffers alike', () => {
    const json = push(
      {
        namespace: 'shop',
        pod: 'carts-5b79655688-rvlsc',
        container: 'carts',
        node_name: 'n1',
        say: 'a "b" é',
      },
      [nanos, 'first'],
      [nanos, 'second', { trace_id: 'abc', level: 'warn' }],
    );
    const result = readDoor(lokiDoor, json);
    expect(result).toEqual(readDoor(lokiDoor, packed(json), protobuf));
    expect(result.lines).toMatchObject([
      {
        time: '2026-11-24T02:29:08.648000123Z',
        logType: 'shop/carts',
        pod: 'carts-5b79655688-rvlsc',
        host: 'n1',
        text: 'first',
      },
      { text: 'second', severity: 13, attributes: '{"trace_id":"abc"}' },
    ]);
  });

  it('reads the first form of the protocol', () => {
    const body = {
      streams: [{ labels: '{app="web"}', entries: [{ ts: '2026-11-24T02:29:08Z', line: 'x' }] }],
    };
    expect(readDoor(lokiDoor, JSON.stringify(body)).lines).toMatchObject([
      { logType: 'web', text: 'x', time: '2026-11-24T02:29:08.000000000Z' },
    ]);
  });

  it('knows a scrape by its file or pod, and by its job for want of a better name', () => {
    expect(logTypeOf({ job: 'varlogs', filename: '/var/log/auth.log' })).toBe('auth');
    expect(logTypeOf({ job: 'shop/carts' })).toBe('carts');
    expect(logTypeOf({ job: 'shop/carts', app: 'basket' })).toBe('basket');
  });

  it("takes a line out of a collector's envelope, labels filling what it leaves open", () => {
    const envelope = { log: 'ERROR Order timeout\n', stream: 'stderr', kubernetes: { pod_name: 'orders-1' } };
    expect(
      readDoor(lokiDoor, push({ job: 'fb', namespace: 'shop' }, [nanos, JSON.stringify(envelope)])).lines,
    ).toMatchObject([{ text: 'ERROR Order timeout', logType: 'shop/fb:orders', pod: 'orders-1' }]);
  });

  it("keeps a program's own JSON whole", () => {
    const line = '{"level":50,"time":1795487348648,"pid":8401,"orderId":1,"msg":"Order timeout"}';
    expect(readDoor(lokiDoor, push({ app: 'orders' }, [nanos, line])).lines[0]?.text).toBe(line);
  });

  it('refuses a block that says it is larger than it can be', () => {
    const bomb = Uint8Array.of(0x80, 0x80, 0x80, 0x20, 0, 1);
    expect(() => readDoor(lokiDoor, bomb, protobuf)).toThrow('snappy');
  });

  it('throws only its own error, whatever the bytes', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), string(), (noise, labels) => {
        readHostile(lokiDoor, noise, protobuf);
        readHostile(lokiDoor, noise, 'application/json');
        readHostile(lokiDoor, compress(noise), protobuf);
        const body = JSON.stringify({ streams: [{ labels, entries: [{ ts: 'x', line: labels }] }] });
        expect(readDoor(lokiDoor, body).lineCount).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
});
