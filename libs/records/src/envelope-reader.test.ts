import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { detectFormat } from './detect-format.js';
import { EnvelopeReader, type EnvelopeResult } from './envelope-reader.js';
import type { InputFormat } from './limits.js';

interface Line {
  text: string;
  logType: string;
  pod: string;
  host: string;
  environment: string;
  millis: number;
  subNanos: number;
  severity: number;
  attributes: string;
}

function read(
  input: string | Uint8Array,
  format: InputFormat = 'auto',
): { lines: Line[]; result: EnvelopeResult } {
  const reader = new EnvelopeReader({ defaults: { environment: 'test', file: '/var/log/app.log' } });
  const result = reader.read(typeof input === 'string' ? encodeUtf8(input) : input, format, Number.NaN);
  return { lines: linesOf(result), result };
}

function linesOf(result: EnvelopeResult): Line[] {
  const { batch } = result;
  return Array.from({ length: batch.lineCount }, (_, i) => {
    const stream = batch.streams[batch.streamIndex[i] ?? 0];
    return {
      text: decodeUtf8(batch.bytes.subarray(batch.lineStart[i], batch.lineEnd[i])),
      logType: stream?.logType ?? '',
      pod: stream?.pod ?? '',
      host: stream?.host ?? '',
      environment: stream?.environment ?? '',
      millis: batch.timeMillis[i] ?? 0,
      subNanos: batch.timeSubNanos[i] ?? 0,
      severity: batch.severity[i] ?? 0,
      attributes: decodeUtf8(batch.bytes.subarray(batch.attributesStart[i], batch.attributesEnd[i])),
    };
  });
}

const severityOf = (level: string): number | undefined =>
  read(`{"service":"s","msg":"x",${level}}`).lines[0]?.severity;

const at = Date.UTC(2021, 8, 10, 17, 55, 51);

function logTypeOf(line: string): string | undefined {
  const reader = new EnvelopeReader({ defaults: { environment: 'e', file: 'gateway.log' } });
  return reader.read(encodeUtf8(line), 'ndjson', Number.NaN).batch.streams[0]?.logType;
}

describe('EnvelopeReader on NDJSON', () => {
  it('takes text, time, source and unknown keys apart', () => {
    const { lines } = read(
      '{"ts":"2021-09-10T17:55:51.487160534Z","service":"ts-travel2-service","pod":"ts-travel2-service-5c66d57d58-6mp2b","host":"n1","level":"warn","message":"say \\"h\\u00e9\\"\\n","extra":{"a":[1,2]},"__proto__":{"x":1}}\n',
    );
    expect(lines).toEqual([
      {
        text: 'say "hé"',
        logType: 'ts-travel2-service',
        pod: 'ts-travel2-service-5c66d57d58-6mp2b',
        host: 'n1',
        environment: 'test',
        millis: at + 487,
        subNanos: 160_534,
        severity: 13,
        attributes: '{"extra":{"a":[1,2]},"__proto__":{"x":1}}',
      },
    ]);
  });

  it.each([
    [
      'Fluent Bit',
      '{"date":1631296551.5,"log":"hello","stream":"stdout","kubernetes":{"pod_name":"carts-5b79655688-rvlsc","namespace_name":"sock-shop","container_name":"carts","host":"n1","labels":{"name":"x"}}}',
      'sock-shop/carts',
    ],
    [
      'Vector',
      '{"message":"hello","timestamp":"2021-09-10T17:55:51.5Z","source_type":"kubernetes_logs","kubernetes":{"pod_name":"carts-5b79655688-rvlsc","pod_namespace":"sock-shop","container_name":"carts","pod_node_name":"n1","pod_labels":{"app.kubernetes.io/name":"carts"}}}',
      'sock-shop/carts',
    ],
    [
      'Filebeat',
      '{"@timestamp":"2021-09-10T17:55:51.500Z","message":"hello","log":{"file":{"path":"/x/y.log"},"level":"info"},"host":{"name":"n1"},"kubernetes":{"namespace":"sock-shop","pod":{"name":"carts-5b79655688-rvlsc"},"container":{"name":"carts"},"deployment":{"name":"carts"}}}',
      'sock-shop/carts',
    ],
    [
      'dotted OpenTelemetry names',
      '{"timeUnixNano":"1631296551500000000","body":{"stringValue":"hello"},"k8s.namespace.name":"sock-shop","k8s.pod.name":"carts-5b79655688-rvlsc","k8s.node.name":"n1","k8s.deployment.name":"carts"}',
      'sock-shop/carts',
    ],
    [
      'an OpenTelemetry record',
      '{"timeUnixNano":1631296551500000000,"severityNumber":9,"body":{"stringValue":"hello"},"attributes":[{"key":"a","value":{"intValue":"1"}}],"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"carts"}},{"key":"k8s.namespace.name","value":{"stringValue":"sock-shop"}},{"key":"k8s.node.name","value":{"stringValue":"n1"}}]}}',
      'sock-shop/carts',
    ],
    [
      'Vector without metadata',
      '{"message":"hello","timestamp":"2021-09-10T17:55:51.5Z","host":"n1","source_type":"stdin"}',
      'app',
    ],
    ['Docker', '{"log":"hello\\n","stream":"stderr","time":"2021-09-10T17:55:51.5Z"}', 'app'],
  ])('understands %s', (_, json, logType) => {
    const [line] = read(`${json}\n`).lines;
    expect(line).toMatchObject({ text: 'hello', logType, millis: at + 500 });
  });

  it.each([
    ['1631296551', at],
    ['1631296551000', at],
    ['1631296551000000', at],
    ['"1631296551000000000"', at],
    ['1631296551.25', at + 250],
    ['"2021-09-10 17:55:51"', at],
    ['{"$date":"2021-09-10T17:55:51.000+00:00"}', at],
    ['{"$date":1631296551000}', at],
  ])('reads the time %s', (time, millis) => {
    expect(read(`{"time":${time},"msg":"x","service":"s"}`).lines[0]?.millis).toBe(millis);
  });

  it('takes a path for the source only where it is the path of a log file', () => {
    expect(logTypeOf('{"msg":"served","path":"/v1/basket/17"}')).toBe('gateway');
    expect(logTypeOf('{"msg":"served","path":"/catalog/login"}')).toBe('gateway');
    expect(logTypeOf('{"msg":"served","filename":"views.py"}')).toBe('gateway');
    expect(logTypeOf('{"msg":"served","path":"/var/log/nginx/access.log"}')).toBe('nginx/access');
    expect(logTypeOf('{"msg":"served","filename":"/var/log/messages"}')).toBe('messages');
    expect(logTypeOf('{"msg":"served","file":"orders"}')).toBe('orders');
  });

  it('follows the precedence of service names', () => {
    const labels =
      '"labels":{"app.kubernetes.io/instance":"shop","app.kubernetes.io/name":"orders","app":"x"}';
    const [line] = read(`{"log":"x","kubernetes":{"pod_name":"orders-0",${labels}}}`).lines;
    expect(line?.logType).toBe('shop/orders');
  });

  it('reads severities of every notation', () => {
    expect(severityOf('"level":50')).toBe(17);
    expect(severityOf('"level":"ERROR"')).toBe(17);
    expect(severityOf('"severityText":"Warning"')).toBe(13);
    expect(severityOf('"severityNumber":21,"level":"info"')).toBe(21);
    expect(severityOf('"log.level":"debug"')).toBe(5);
    expect(severityOf('"PRIORITY":"3"')).toBe(17);
    expect(severityOf('"level":"purple"')).toBe(0);
  });

  it("keeps a program's own JSON record whole", () => {
    const json = '{"level":50,"time":1631296551000,"pid":1,"hostname":"h","msg":"boom","err":"x"}';
    expect(read(`${json}\n`, 'ndjson').lines[0]).toMatchObject({ text: json, millis: at, severity: 17 });
  });

  it('writes a Kubernetes event as one line of the log type k8s-events', () => {
    const event =
      '{"metadata":{"name":"e.1"},"involvedObject":{"kind":"Pod","name":"carts-1","namespace":"shop"},"reason":"Unhealthy","message":"Readiness probe failed","type":"Warning","count":3,"lastTimestamp":"2021-09-10T17:55:51Z"}';
    expect(read(event, 'ndjson').lines[0]).toMatchObject({
      text: 'WARN count=3 name=e.1 kind=Pod namespace=shop name=carts-1 reason=Unhealthy msg=Readiness probe failed',
      logType: 'k8s-events',
      severity: 13,
      millis: at,
    });
  });

  it('moves a record to the environment of its cluster', () => {
    expect(read('{"msg":"x","cluster":"prod-1","service":"a"}').lines[0]?.environment).toBe('prod-1');
  });

  it('refuses what is no object and says where', () => {
    const { lines, result } = read('{"msg":"a","service":"s"}\n{"msg":\n[1]\n{}\n', 'ndjson');
    expect(lines).toHaveLength(1);
    expect(Object.fromEntries(result.rejected)).toEqual({ 'bad-json': 1, 'not-an-object': 1, 'no-text': 1 });
    expect(result.firstRejection).toMatch(/^byte 26: expected a JSON object/);
  });

  it('keeps a line that is no JSON as text when it may decide itself', () => {
    const { lines, result } = read('{"msg":"a","service":"s"}\n{"msg": broken\nplain\n');
    expect(lines.map((line) => line.text)).toEqual(['a', '{"msg": broken', 'plain']);
    expect(result.repaired.get('json-kept-as-text')).toBe(1);
    expect(result.rejected.size).toBe(0);
  });

  it('finds JSON lines far inside a text', () => {
    const { lines } = read(`${'+ set -x\n'.repeat(9000)}{"log":"inner\\n","file":"/a/b-error.log"}\n`);
    expect(lines.at(-1)).toMatchObject({ text: 'inner', logType: 'b-error' });
    expect(lines[0]).toMatchObject({ text: '+ set -x', logType: 'app' });
  });
});

describe('EnvelopeReader on JSON', () => {
  it('reads an array over several lines and the objects around a broken one', () => {
    const { lines } = read('[\n{"msg":"a","service":"s"},\n{"msg":"b",\n"service":"s"}\n]\n', 'json');
    expect(lines.map((line) => line.text)).toEqual(['a', 'b']);
    const broken = read('[{"msg":"a","service":"s"},\n{oops},\n{"msg":"c","service":"s"}]', 'json');
    expect(broken.lines.map((line) => line.text)).toEqual(['a', 'c']);
    expect(broken.result.rejected.get('bad-json')).toBe(1);
  });

  it('refuses brackets that hold no object, and takes empty arrays for what they are', () => {
    for (const text of ['[[[[', '[', ',,', ']]', '[[]]', '[]]', '[,]']) {
      const { lines, result } = read(text, 'json');
      expect(lines).toEqual([]);
      expect([text, ...result.rejected]).toEqual([text, ['bad-json', 1]]);
      expect(result.firstRejection).toMatch(/^byte 0: expected a JSON object/);
    }
    for (const text of ['', ' \n', '[]', '[ ]\n[]', ' ]\n']) {
      const { lines, result } = read(text, 'json');
      expect(lines).toEqual([]);
      expect([text, ...result.rejected]).toEqual([text]);
    }
  });
});

describe('EnvelopeReader on text', () => {
  it('keeps every line, blank ones too, without carriage returns', () => {
    expect(read('a\r\n\r\nb').lines.map((line) => line.text)).toEqual(['a', '', 'b']);
    expect(read('').lines).toEqual([]);
  });

  it('repairs what is no UTF-8, visibly, and leaves its neighbours alone', () => {
    const { lines, result } = read(Uint8Array.of(0x61, 0x0a, 0xff, 0x62, 0xc3, 0x28, 0x0a, 0xc3, 0xa9));
    expect(lines.map((line) => line.text)).toEqual(['a', '\ufffdb\ufffd(', 'é']);
    expect(result.repaired.get('invalid-utf8')).toBe(1);
  });

  it('keeps zero bytes and counts the lines that hold them', () => {
    const { lines, result } = read('a\0b\nplain text that is long enough to be no UTF-16\n', 'text');
    expect(lines[0]?.text).toBe('a\0b');
    expect(result.repaired.get('nul-bytes')).toBe(1);
  });

  it('removes byte order marks and decodes UTF-16', () => {
    expect(read('\ufeffa').lines[0]?.text).toBe('a');
    const { lines, result } = read(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x0a, 0, 0x62, 0));
    expect(lines.map((line) => line.text)).toEqual(['a', 'b']);
    expect(result.repaired.get('utf16-decoded')).toBe(1);
  });

  it('cuts a line at the limit between characters', () => {
    const reader = new EnvelopeReader({ defaults: { environment: 'e' }, limits: { maxLineBytes: 4 } });
    const result = reader.read(encodeUtf8('abcé\nok'), 'text', Number.NaN);
    expect(linesOf(result).map((line) => line.text)).toEqual(['abc', 'ok']);
    expect(result.repaired.get('line-truncated')).toBe(1);
  });
});

describe('detectFormat', () => {
  it.each([
    ['{"a":1}\n{"b":2}\n', 'ndjson'],
    ['{"a":1}\nplain\n', 'auto'],
    ['[{"a":1}]', 'json'],
    ['[\n  {', 'json'],
    ['{\n  "a": 1\n}\n', 'json'],
    ['[error] text\n', 'text'],
    ['2024-01-01 INFO x\n', 'text'],
    ['', 'text'],
  ])('sees in %j %s', (sample, format) => {
    expect(detectFormat(encodeUtf8(sample))).toBe(format);
  });
});
