import { gzipSync } from 'node:zlib';
import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datadogDoor } from './datadog/datadog.door.js';
import { firehoseDoor } from './firehose/firehose.door.js';
import { journaldDoor } from './journald/journald.door.js';
import { readDoor, readHostile } from './read-door.test-data.js';
import { splunkDoor } from './splunk/splunk.door.js';

const kubernetes = {
  pod_name: 'orders-1',
  namespace_name: 'sock-shop',
  container_name: 'orders',
  host: 'n1',
};
const fromCollector = { text: 'ERROR Order timeout', logType: 'sock-shop/orders', host: 'n1' };

const one = (time: number): string =>
  JSON.stringify({ time, event: { log: 'ERROR Order timeout', stream: 'stderr', kubernetes } });

describe('Splunk HEC', () => {
  it('reads what Fluent Bit sends: objects without anything between', () => {
    const { lines } = readDoor(splunkDoor, one(1795488675.726121) + one(1795488676.188716));
    expect(lines).toMatchObject([
      { ...fromCollector, time: '2026-11-24T02:51:15.726121000Z' },
      fromCollector,
    ]);
  });

  it('reads events that are text, and counts one without an event', () => {
    const event = { event: 'disk full }', host: 'db-1', source: '/var/log/db.log', fields: { zone: 'a' } };
    const result = readDoor(splunkDoor, `${JSON.stringify(event)}\n{"time":1}{"event":`);
    expect(result.lines).toMatchObject([
      { text: 'disk full }', host: 'db-1', logType: 'db', attributes: '{"zone":"a"}' },
    ]);
    expect(result.rejected).toEqual({ 'not-an-object': 2 });
  });
});

describe('Datadog', () => {
  it('reads the tags of an agent and what Fluent Bit sends', () => {
    const agent = {
      message: 'timed out',
      status: 'error',
      hostname: 'n1',
      service: 'orders',
      ddsource: 'java',
      ddtags: 'env:prod,kube_namespace:sock-shop,pod_name:orders-5b79655688-rvlsc',
      timestamp: 1795488699771,
    };
    const fluentBit = {
      timestamp: 1795488699771,
      message: 'ERROR Order timeout',
      stream: 'stderr',
      kubernetes,
    };
    expect(readDoor(datadogDoor, JSON.stringify([agent, fluentBit, 7]))).toMatchObject({
      lines: [
        {
          text: 'timed out',
          severity: 17,
          logType: 'sock-shop/orders',
          host: 'n1',
          pod: 'orders-5b79655688-rvlsc',
        },
        fromCollector,
      ],
      rejected: { 'not-an-object': 1 },
    });
  });
});

describe('Firehose', () => {
  it('takes CloudWatch records apart and reads others as lines', () => {
    const message = {
      messageType: 'DATA_MESSAGE',
      logGroup: '/aws/lambda/orders',
      logStream: '2026/11/24/[$LATEST]abc',
      logEvents: [{ id: '1', timestamp: 1795488699771, message: 'Task timed out\n' }],
    };
    const data = [gzipSync(JSON.stringify(message)), Buffer.from('plain one\nplain two\n')];
    const body = { requestId: 'r', records: data.map((bytes) => ({ data: bytes.toString('base64') })) };
    expect(readDoor(firehoseDoor, JSON.stringify(body)).lines).toMatchObject([
      { text: 'Task timed out', logType: 'aws.lambda.orders', time: '2026-11-24T02:51:39.771000000Z' },
      { text: 'plain one' },
      { text: 'plain two' },
    ]);
  });

  it('refuses records that unpack to more than a request may', () => {
    const bomb = gzipSync(Buffer.alloc(70_000_000)).toString('base64');
    expect(() => readDoor(firehoseDoor, JSON.stringify({ records: [{ data: bomb }] }))).toThrow('unpack');
  });
});

describe('journald', () => {
  it('reads text and binary fields', () => {
    const binary = Buffer.from('two\nlines');
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(binary.length));
    const body = Buffer.concat([
      Buffer.from(
        '__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1795487345249000\nMESSAGE=Order timeout id=44\nPRIORITY=3\n' +
          'SYSLOG_IDENTIFIER=orders\n_HOSTNAME=node1\n_SYSTEMD_UNIT=orders.service\n\n\n',
      ),
      Buffer.from('_HOSTNAME=node1\n_SYSTEMD_UNIT=cron.service\nMESSAGE\n'),
      size,
      binary,
      Buffer.from('\n'),
    ]);
    expect(readDoor(journaldDoor, body).lines).toMatchObject([
      {
        time: '2026-11-24T02:29:05.249000000Z',
        severity: 17,
        logType: 'orders',
        host: 'node1',
        text: 'Order timeout id=44',
      },
      { text: 'two\nlines', logType: 'cron' },
    ]);
  });
});

it('throws only its own error, whatever the bytes, at every door', () => {
  assert(
    property(uint8Array({ maxLength: 120 }), (noise) => {
      for (const door of [splunkDoor, datadogDoor, firehoseDoor, journaldDoor])
        for (const start of ['', '{"records":[{"data":"', 'MESSAGE\n', '[{"ddtags":'])
          readHostile(door, Buffer.concat([Buffer.from(start), noise]), 'application/json');
    }),
    { numRuns: 200 },
  );
});
