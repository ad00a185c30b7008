import { gzipSync } from 'node:zlib';
import { ExtData, encode } from '@msgpack/msgpack';
import { assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../decode-error.js';
import { readDoor, readHostile } from '../read-door.test-data.js';
import { chunkOf, decodeMessage, forwardDoor } from './forward.door.js';
import { MessageFramer } from './message-framer.js';

/** What @fluent-org/logger sent, captured: PackedForward, Message and CompressedPackedForward. */
const captured = [
  '93ab6b7562652e6f7264657273c42792ce6b04f68082a36c6f67ad4f726465722074696d656f7574a673747265616da673746465727282a473697a6501a56368756e6bb84b793641323156746c746f57687433486f59306768413d3d',
  '94ab6b7562652e6f7264657273ce6b04f68382a36c6f67ad4f726465722074696d656f7574a673747265616da673746465727281a56368756e6bb84849365a512b36664845714c634c5967634a675659413d3d',
  '93ab6b7562652e6f7264657273c43c1f8b08000000000000039b742e9be55b6bd3e29cfcf4b5fe4529a9450a2599b9a9f9a525cb8a4b8a521373971597a4a4161501003bbd64692700000083a473697a6501a56368756e6bb84b746f644f6c6d6258586a4f6f3349302b536f6b4e773d3daa636f6d70726573736564a4677a6970',
].map((hex) => Buffer.from(hex, 'hex'));

function eventTime(seconds: number, nanos: number): ExtData {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(seconds, 0);
  bytes.writeUInt32BE(nanos, 4);
  return new ExtData(0, bytes);
}

describe('Fluent forward', () => {
  it.each(captured.map((bytes) => [bytes]))('reads what @fluent-org/logger sends', (bytes) => {
    expect(readDoor(forwardDoor, bytes).lines).toMatchObject([
      { text: 'Order timeout', logType: 'kube.orders', time: expect.stringMatching(/^2026-11-2\d/) },
    ]);
    expect(chunkOf(decodeMessage(bytes))).toMatch(/==$/);
  });

  it('reads nanoseconds, metadata, bytes as text and names of containers', () => {
    const at = eventTime(1795487345, 249_000_123);
    const entries = [
      [[at, { trace: 1 }], { log: Buffer.from('one\n'), container_name: '/orders', source: 'stdout' }],
      [at, { log: 'two', kubernetes: { pod_name: 'carts-1', namespace_name: 'shop' } }],
      'broken',
    ];
    const { lines, rejected } = readDoor(forwardDoor, encode(['4f5b2a6c7d8e', entries]));
    expect(lines).toMatchObject([
      { text: 'one', logType: 'orders', time: '2026-11-24T02:29:05.249000123Z' },
      { text: 'two', logType: 'shop/carts' },
    ]);
    expect(rejected).toEqual({ 'not-an-object': 1 });
  });

  it('knows a container by the tag that names its file', () => {
    const file = `carts-5b79655688-rvlsc_shop_carts-${'a'.repeat(64)}.log`;
    const message = encode([`kube.var.log.containers.${file}`, 1795487345, { log: 'x' }]);
    expect(readDoor(forwardDoor, message).lines).toMatchObject([
      { logType: 'shop/carts', pod: 'carts-5b79655688-rvlsc' },
    ]);
  });

  it('keeps the entries before one that is broken, and does not mind hostile keys', () => {
    const packed = Buffer.concat([
      encode([1795487345, { log: 'good', ['__proto__x']: 1 }]),
      Buffer.from('92ce6b04f68081a95f5f70726f746f5f5fa178', 'hex'),
      Buffer.of(0xc1),
    ]);
    const { lines, rejected } = readDoor(forwardDoor, encode(['app', packed, {}]));
    expect(lines[0]?.text).toBe('good');
    expect(rejected['not-an-object']).toBe(1);
  });

  it('refuses a bomb', () => {
    const bomb = encode(['app', gzipSync(Buffer.alloc(80_000_000)), { compressed: 'gzip' }]);
    expect(() => readDoor(forwardDoor, bomb)).toThrow(DecodeError);
  });

  it('throws only its own error, whatever the bytes', () => {
    assert(
      property(uint8Array({ maxLength: 80 }), (noise) => {
        readHostile(forwardDoor, noise, '');
        readHostile(forwardDoor, Buffer.concat([Buffer.from('93a161', 'hex'), noise]), '');
        readHostile(forwardDoor, encode(['a', noise, {}]), '');
      }),
      { numRuns: 500 },
    );
  });
});

describe('MessagePack framing', () => {
  it('finds the same messages however the stream is cut', () => {
    const messages = [
      ...captured,
      encode([
        't',
        [[eventTime(1, 2), { a: [1, -1, 2.5, null, true, 'x'.repeat(300), Buffer.alloc(70_000)] }]],
      ]),
      encode(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i * 100_000]))),
    ].map((bytes) => Buffer.from(bytes));
    const stream = Buffer.concat(messages);
    assert(
      property(integer({ min: 1, max: 5_000 }), (size) => {
        const framer = new MessageFramer(100_000);
        const found: Buffer[] = [];
        for (let i = 0; i < stream.length; i += size)
          found.push(...framer.push(stream.subarray(i, i + size)));
        expect(found.map((bytes) => bytes.toString('hex'))).toEqual(
          messages.map((bytes) => bytes.toString('hex')),
        );
        expect(framer.pendingBytes).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses a message that says it is over the limit before it came', () => {
    expect(() => new MessageFramer(1_000).push(Buffer.from('c6ffffffff00', 'hex'))).toThrow(DecodeError);
    expect(() => new MessageFramer(1_000).push(Buffer.of(0xc1))).toThrow(DecodeError);
  });
});
