import { assert, integer, nat, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDoor, readHostile } from '../read-door.test-data.js';
import { otlpJsonToProtobuf } from './json-to-protobuf.js';
import { otlpDoor } from './otlp.door.js';

const text = (stringValue: string) => ({ stringValue });
const attributes = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: text(value) }));

/** A request with one resource. */
function request(resource: Readonly<Record<string, string>>, logRecords: readonly object[]): string {
  return JSON.stringify({
    resourceLogs: [{ resource: { attributes: attributes(resource) }, scopeLogs: [{ logRecords }] }],
  });
}

const at = '1795487345249000123';
const shop = { 'service.name': 'orders', 'k8s.namespace.name': 'sock-shop', 'k8s.pod.name': 'orders-1' };

describe('OTLP', () => {
  it('reads source, time, severity, ids and attributes', () => {
    const record = {
      timeUnixNano: at,
      severityNumber: 17,
      body: text('Order timeout'),
      traceId: '5b8efff798038103d269b633813fc60c',
      attributes: [
        { key: 'retries', value: { intValue: '3' } },
        { key: 'deep', value: { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } } },
      ],
    };
    expect(readDoor(otlpDoor, request(shop, [record])).lines).toEqual([
      {
        time: '2026-11-24T02:29:05.249000123Z',
        severity: 17,
        environment: 'test',
        logType: 'sock-shop/orders',
        service: 'orders',
        namespace: 'sock-shop',
        pod: 'orders-1',
        container: '',
        host: '',
        text: 'Order timeout',
        attributes: '{"retries":3,"deep":{"a":true},"trace_id":"5b8efff798038103d269b633813fc60c"}',
      },
    ]);
  });

  it('reads Protocol Buffers and JSON alike, whatever the order of the fields', () => {
    const json = request(shop, [{ timeUnixNano: at, body: text('one') }]);
    const binary = otlpJsonToProtobuf(new TextEncoder().encode(json));
    expect(readDoor(otlpDoor, binary, 'application/x-protobuf')).toEqual(readDoor(otlpDoor, json));
    // The resource behind its records: legal, and rare.
    const [, , ...inner] = binary;
    const resourceEnd = 2 + (inner[1] ?? 0);
    const swapped = Uint8Array.from([
      0x0a,
      inner.length,
      ...inner.slice(resourceEnd),
      ...inner.slice(0, resourceEnd),
    ]);
    expect(readDoor(otlpDoor, swapped, 'application/x-protobuf')).toEqual(readDoor(otlpDoor, json));
  });

  it('takes the level from its text and the time of observation where there is no other', () => {
    const { lines } = readDoor(
      otlpDoor,
      request(shop, [{ observedTimeUnixNano: at, severityText: 'WARN', body: text('x') }]),
    );
    expect(lines[0]).toMatchObject({ severity: 13, time: '2026-11-24T02:29:05.249000123Z' });
  });

  it('keeps attributes of a program apart from those of its source', () => {
    const own = {
      timeUnixNano: at,
      body: text('x'),
      attributes: attributes({ service: 'payments', host: 'db' }),
    };
    const [line] = readDoor(otlpDoor, request(shop, [own])).lines;
    expect(line).toMatchObject({ service: 'orders', attributes: '{"service":"payments","host":"db"}' });
    const qualified = { body: text('x'), attributes: attributes({ 'k8s.container.name': 'sidecar' }) };
    expect(readDoor(otlpDoor, request(shop, [qualified])).lines[0]).toMatchObject({
      logType: 'sock-shop/orders:sidecar',
    });
  });

  it('does not take the name that SDKs make up for a service', () => {
    const resource = { 'service.name': 'unknown_service:node', 'k8s.deployment.name': 'carts' };
    expect(readDoor(otlpDoor, request(resource, [{ body: text('x') }])).lines[0]?.logType).toBe('carts');
  });

  it('keeps a structured body as the text of its JSON', () => {
    const body = { kvlistValue: { values: attributes({ msg: 'boom', level: 'error', orderId: '7' }) } };
    expect(readDoor(otlpDoor, request(shop, [{ body }])).lines[0]).toMatchObject({
      text: '{"msg":"boom","level":"error","orderId":"7"}',
      service: 'orders',
    });
  });

  it("takes a line out of a collector's envelope, as text and as a map", () => {
    const envelope = {
      log: 'boom\n',
      stream: 'stderr',
      kubernetes: { pod_name: 'carts-1', namespace_name: 'shop' },
    };
    const kubernetes = {
      key: 'kubernetes',
      value: { kvlistValue: { values: attributes(envelope.kubernetes) } },
    };
    const map = { kvlistValue: { values: [...attributes({ log: 'boom\n' }), kubernetes] } };
    for (const body of [text(JSON.stringify(envelope)), map])
      expect(readDoor(otlpDoor, request({}, [{ body }])).lines[0]).toMatchObject({
        text: 'boom',
        logType: 'shop/carts',
      });
  });

  it('writes the events of k8sobjects and of k8s_events as the same line', () => {
    const whole = {
      kvlistValue: {
        values: [
          { key: 'type', value: text('ADDED') },
          {
            key: 'object',
            value: {
              kvlistValue: {
                values: [
                  { key: 'reason', value: text('Unhealthy') },
                  { key: 'type', value: text('Warning') },
                  { key: 'message', value: text('probe failed') },
                  { key: 'metadata', value: { kvlistValue: { values: attributes({ name: 'carts.1' }) } } },
                  {
                    key: 'involvedObject',
                    value: {
                      kvlistValue: {
                        values: attributes({ kind: 'Pod', name: 'carts-1', namespace: 'shop' }),
                      },
                    },
                  },
                ],
              },
            },
          },
        ],
      },
    };
    const [fromObjects] = readDoor(otlpDoor, request({}, [{ body: whole }])).lines;
    const takenApart = {
      severityText: 'Warning',
      severityNumber: 13,
      body: text('probe failed'),
      attributes: attributes({
        'k8s.event.reason': 'Unhealthy',
        'k8s.event.name': 'carts.1',
        'k8s.namespace.name': 'shop',
      }),
    };
    const resource = { 'k8s.object.kind': 'Pod', 'k8s.object.name': 'carts-1' };
    const { lines } = readDoor(otlpDoor, request(resource, [takenApart, takenApart]));
    expect(fromObjects).toMatchObject({ logType: 'k8s-events', severity: 13 });
    expect(fromObjects?.text).toBe(
      'WARN count=1 type=ADDED name=carts.1 kind=Pod namespace=shop name=carts-1 reason=Unhealthy msg=probe failed',
    );
    for (const line of lines)
      expect(line).toMatchObject({
        logType: 'k8s-events',
        text: fromObjects?.text.replace('type=ADDED ', ''),
      });
  });

  it('counts a broken record and keeps the others', () => {
    const json = request(shop, [{ body: text('first') }, { body: text('second') }, {}]);
    const bytes = otlpJsonToProtobuf(new TextEncoder().encode(json));
    const second = Buffer.from(bytes).indexOf('second');
    bytes[second - 1] = 0x7f;
    const result = readDoor(otlpDoor, bytes, 'application/x-protobuf');
    expect(result.lines.map((line) => line.text)).toEqual(['first']);
    expect(result.rejected).toEqual({ malformed: 1, 'no-text': 1 });
  });

  it('cuts a large request into pieces', () => {
    const records = Array.from({ length: 40_000 }, (_, i) => ({ body: text(`line ${i}`) }));
    expect(readDoor(otlpDoor, request(shop, records)).lineCount).toBe(40_000);
  });

  it('throws only its own error, whatever the bytes', () => {
    const valid = otlpJsonToProtobuf(
      new TextEncoder().encode(request(shop, [{ timeUnixNano: at, body: text('x') }])),
    );
    assert(
      property(
        uint8Array({ maxLength: 200 }),
        nat(valid.length - 1),
        integer({ min: 0, max: 255 }),
        (noise, at, byte) => {
          readHostile(otlpDoor, noise, 'application/x-protobuf');
          readHostile(otlpDoor, noise, 'application/json');
          const damaged = valid.slice();
          damaged[at] = byte;
          readHostile(otlpDoor, damaged, 'application/x-protobuf');
          readHostile(otlpDoor, valid.subarray(0, at), 'application/x-protobuf');
        },
      ),
      { numRuns: 300 },
    );
  });
});
