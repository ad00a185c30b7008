import { encode } from '@msgpack/msgpack';
import { compress } from 'snappyjs';
import { datadogDoor } from '../../services/ingest/dist/doors/datadog/datadog.door.js';
import type { Door } from '../../services/ingest/dist/doors/door.js';
import { BulkRequest } from '../../services/ingest/dist/doors/elastic/bulk-request.js';
import { forwardDoor } from '../../services/ingest/dist/doors/forward/forward.door.js';
import { linesDoor } from '../../services/ingest/dist/doors/lines/lines.door.js';
import { lokiJsonToProtobuf } from '../../services/ingest/dist/doors/loki/json-to-push-request.js';
import { lokiDoor } from '../../services/ingest/dist/doors/loki/loki.door.js';
import { otlpJsonToProtobuf } from '../../services/ingest/dist/doors/otlp/json-to-protobuf.js';
import { otlpDoor } from '../../services/ingest/dist/doors/otlp/otlp.door.js';
import { splunkDoor } from '../../services/ingest/dist/doors/splunk/splunk.door.js';
import { joinMessages, syslogDoor } from '../../services/ingest/dist/doors/syslog/syslog.door.js';
import { LineReader } from '../../services/ingest/dist/line-reader.js';
import { measure } from './cost.ts';
import type { Bench, Figure } from './run.ts';

const batchLines = 5_000;
const defaults = { environment: 'default' };
const atMillis = 1_795_487_345_249;

interface Case {
  readonly name: string;
  readonly door: Door;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly goal?: string;
}

/** What reading a line costs at each door: decoding, finding its source, and putting it into a batch; no bus. */
export const benchInputs: Bench = async ({ isFast }) => {
  const figures: Figure[] = [];
  for (const { name, door, mediaType, bytes, goal } of cases()) {
    const readers = new LineReader();
    const request = { bytes, mediaType, defaults, receivedMillis: atMillis, maxLines: 1_000_000 };
    const readOnce = async (): Promise<void> => {
      let lines = 0;
      for (const piece of door.read(request, readers)) lines += piece.batch.lineCount;
      if (lines !== batchLines) throw new Error(`${name}: read ${lines} of ${batchLines} lines`);
    };
    for (let warm = 0; warm < 20; warm++) await readOnce();
    const rounds = isFast ? 40 : 200;
    const { cpuMs } = await measure(async () => {
      for (let round = 0; round < rounds; round++) await readOnce();
    });
    const value = (rounds * batchLines) / (cpuMs / 1000);
    figures.push({ name, value, unit: 'lines/CPU-s', ...(goal === undefined ? {} : { goal }) });
  }
  return figures;
};

function kubernetes(service: string): object {
  return {
    namespace_name: 'sock-shop',
    pod_name: `${service}-5b79655688-rvlsc`,
    container_name: service,
    host: 'node-1',
  };
}

function text(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The same lines of a few services of one namespace in the words of every protocol. */
function cases(): readonly Case[] {
  const lines = Array.from({ length: batchLines }, (_, i) => ({
    service: ['orders', 'carts', 'payment', 'catalogue'][Math.floor(i / 50) % 4] ?? '',
    millis: atMillis + i,
    text: `INFO  request ${i} to /catalogue/item-${i % 97} took ${i % 311} ms, status 200, user u${i % 1013}`,
  }));
  const groups = Array.from({ length: batchLines / 50 }, (_, i) => lines.slice(i * 50, i * 50 + 50));
  const otlp = text({
    resourceLogs: groups.map((group) => ({
      resource: {
        attributes: Object.entries({
          'service.name': group[0]?.service,
          'k8s.namespace.name': 'sock-shop',
          'k8s.pod.name': `${group[0]?.service}-5b79655688-rvlsc`,
          'k8s.node.name': 'node-1',
        }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      },
      scopeLogs: [
        {
          logRecords: group.map((line) => ({
            timeUnixNano: `${line.millis}000000`,
            severityNumber: 9,
            body: { stringValue: line.text },
          })),
        },
      ],
    })),
  });
  const loki = text({
    streams: groups.map((group) => ({
      stream: {
        namespace: 'sock-shop',
        pod: `${group[0]?.service}-5b79655688-rvlsc`,
        container: group[0]?.service,
      },
      values: group.map((line) => [`${line.millis}000000`, line.text]),
    })),
  });
  const collected = lines.map((line) => ({
    time: line.millis,
    log: line.text,
    stream: 'stdout',
    kubernetes: kubernetes(line.service),
  }));
  const ndjson = Buffer.from(collected.map((line) => JSON.stringify(line)).join('\n'));
  const plain = lines.map((line) =>
    JSON.stringify({ time: line.millis, service: line.service, log: line.text }),
  );
  const bulkBytes = Buffer.from(collected.map((line) => `{"create":{}}\n${JSON.stringify(line)}\n`).join(''));
  const bulk = new BulkRequest('logs');
  bulk.parse(bulkBytes);
  const syslog = lines.map((line) =>
    Buffer.from(`<134>1 ${new Date(line.millis).toISOString()} node-1 ${line.service} 7 - - ${line.text}`),
  );
  const protobuf = 'application/x-protobuf';
  const json = 'application/json';
  return [
    {
      name: 'NDJSON',
      door: linesDoor,
      mediaType: 'application/x-ndjson',
      bytes: Buffer.from(plain.join('\n')),
      goal: '>= 1,000,000',
    },
    {
      name: 'NDJSON, envelope of Kubernetes',
      door: linesDoor,
      mediaType: 'application/x-ndjson',
      bytes: ndjson,
    },
    {
      name: 'OTLP protobuf',
      door: otlpDoor,
      mediaType: protobuf,
      bytes: otlpJsonToProtobuf(otlp),
      goal: '>= 800,000',
    },
    { name: 'OTLP JSON', door: otlpDoor, mediaType: json, bytes: otlp },
    {
      name: 'Loki protobuf, snappy',
      door: lokiDoor,
      mediaType: protobuf,
      bytes: compress(lokiJsonToProtobuf(loki)),
      goal: '>= 800,000',
    },
    { name: 'Loki JSON', door: lokiDoor, mediaType: json, bytes: loki },
    { name: 'Elasticsearch _bulk', door: bulk, mediaType: json, bytes: bulkBytes },
    {
      name: 'Fluent forward',
      door: forwardDoor,
      mediaType: '',
      bytes: encode(['kube', collected.map((line) => [Math.floor(line.time / 1000), line])]),
    },
    { name: 'syslog RFC 5424', door: syslogDoor, mediaType: '', bytes: joinMessages(syslog) },
    {
      name: 'Splunk HEC',
      door: splunkDoor,
      mediaType: json,
      bytes: Buffer.from(
        collected.map((event) => JSON.stringify({ time: event.time / 1000, event })).join(''),
      ),
    },
    {
      name: 'Datadog',
      door: datadogDoor,
      mediaType: json,
      bytes: text(
        lines.map((line) => ({ message: line.text, service: line.service, timestamp: line.millis })),
      ),
    },
  ];
}
