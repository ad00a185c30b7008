import { describe, expect, it } from 'vitest';
import { formatOfMediaType, planRequest } from './request-plan.js';

describe('request plan', () => {
  it.each([
    [undefined, 'auto'],
    ['application/x-ndjson; charset=utf-8', 'ndjson'],
    ['APPLICATION/NDJSON', 'ndjson'],
    ['application/vnd.acme+x-ndjson', 'ndjson'],
    ['application/json-lines', 'ndjson'],
    ['application/stream+json', 'ndjson'],
    ['application/json', 'json'],
    ['application/cloudevents-batch+json', 'json'],
    ['text/json', 'json'],
    ['text/plain', 'text'],
    ['text/csv', 'text'],
    ['application/octet-stream', 'auto'],
    ['application/x-www-form-urlencoded', 'form'],
  ])('reads content-type %s as %s', (type, format) => {
    const { mediaType } = planRequest(type === undefined ? {} : { 'content-type': type }, {});
    expect(formatOfMediaType(mediaType)).toBe(format);
  });

  it.each(['image/png', 'application/x-protobuf', 'json', 'application/jsonx'])('refuses %s', (type) => {
    expect(() => formatOfMediaType(type)).toThrow(
      expect.objectContaining({ code: 'CULPRIT_INGEST_MEDIA_TYPE_UNSUPPORTED' }),
    );
  });

  it('takes compressed files for what they are', () => {
    expect(planRequest({ 'content-type': 'application/gzip' }, {})).toMatchObject({
      encoding: 'gzip',
    });
    expect(formatOfMediaType('application/gzip')).toBe('auto');
    expect(planRequest({ 'content-type': 'text/plain', 'content-encoding': 'GZIP' }, {}).encoding).toBe(
      'gzip',
    );
    expect(() => planRequest({ 'content-encoding': 'gzip, gzip' }, {})).toThrow('content-encoding');
  });

  it('prefers the query to the header and the first of several values', () => {
    const { defaults } = planRequest(
      { 'x-service': 'header', 'x-log-host': 'node-1', host: '127.0.0.1:80' },
      { service: ['query', 'other'] },
    );
    expect(defaults).toMatchObject({ service: 'query', host: 'node-1', environment: 'default' });
  });

  it.each([
    ['too long', 'x'.repeat(1_001)],
    ['with a line feed', 'a\nb'],
    ['with an escape code', 'a\u001b[31m'],
  ])('refuses a name %s', (_what, service) => {
    expect(() => planRequest({}, { service })).toThrow(
      expect.objectContaining({ code: 'CULPRIT_INGEST_DEFAULTS_INVALID' }),
    );
  });

  it('ignores values that are no text', () => {
    expect(planRequest({}, { service: { nested: '1' }, debug: ['1'] })).toMatchObject({
      isDebug: true,
      defaults: { service: '' },
    });
  });
});
