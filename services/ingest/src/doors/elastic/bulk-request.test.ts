import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDoor, readHostile } from '../read-door.test-data.js';
import { DecodeError } from '../decode-error.js';
import { BulkRequest } from './bulk-request.js';

function bulkOf(body: string | Uint8Array) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const bulk = new BulkRequest('logs');
  bulk.parse(bytes);
  return { bulk, ...readDoor(bulk, bytes, 'application/x-ndjson') };
}

const isSelfDated = (text: string): boolean =>
  new BulkRequest('x').isSelfDated(new TextEncoder().encode(text));

describe('Elasticsearch _bulk', () => {
  it('reads what rsyslog and Fluent Bit send', () => {
    const { lines } = bulkOf(
      `{"index":{"_index": "logs"}}
{"@timestamp":"2026-11-24T02:31:46.524996+00:00","host":"vm","severity":"err","tag":"orders:","message":"Order timeout id=42"}
{"create":{"_index":"fluent-bit"}}
{"@timestamp":"2026-11-24T02:50:59.738Z","log":"ERROR Order timeout","stream":"stderr","kubernetes":{"pod_name":"orders-1","namespace_name":"sock-shop","container_name":"orders","host":"n1"}}
`,
    );
    expect(lines).toMatchObject([
      { text: 'Order timeout id=42', logType: 'orders', host: 'vm', severity: 17 },
      {
        text: 'ERROR Order timeout',
        logType: 'sock-shop/orders',
        host: 'n1',
        time: '2026-11-24T02:50:59.738000000Z',
      },
    ]);
  });

  it('answers item by item, and a bad document does not fail the others', () => {
    const { bulk, lineCount } = bulkOf(
      '{"create":{"_id":"a"}}\n{"message":"one"}\n{"create":{}}\n{oops\n{"delete":{"_id":"x"}}\n{"update":{}}\n{"doc":{"message":"three"}}\n',
    );
    expect(lineCount).toBe(2);
    expect(bulk.answer()).toMatchObject({
      errors: true,
      items: [
        { create: { _id: 'a', _index: 'logs', status: 201 } },
        { create: { status: 400 } },
        { delete: { status: 200 } },
        { update: { status: 200 } },
      ],
    });
  });

  it('refuses what starts without an action', () => {
    expect(() => bulkOf('{"message":"x"}\n')).toThrow(DecodeError);
  });

  it('takes equal bytes for a repetition only where documents carry a time', () => {
    expect(isSelfDated('{"create":{}}\n{"@timestamp":"x"}')).toBe(true);
    expect(isSelfDated('{"create":{}}\n{"message":"x"}')).toBe(false);
  });

  it('throws only its own error, whatever the bytes', () => {
    assert(
      property(uint8Array({ maxLength: 100 }), (noise) => {
        const bulk = new BulkRequest('logs');
        const bytes = Buffer.concat([Buffer.from('{"create":{}}\n'), noise]);
        try {
          bulk.parse(bytes);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
        readHostile(bulk, bytes, 'application/json');
      }),
    );
  });
});
