/** docs/openapi.json is committed and equal to what the controllers say now. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { wholeDocument } from '../support/openapi-of-everything.js';
import { repository } from './support/rooms.js';

const document = wholeDocument();
const operations = Object.entries(document.paths).flatMap(([address, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${address}`, operation })),
);

describe('docs/openapi.json', () => {
  it('is what the controllers say now: if not, run npm run gen:openapi', () => {
    const committed: unknown = JSON.parse(
      readFileSync(path.join(repository, 'docs', 'openapi.json'), 'utf8'),
    );
    expect(committed).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('describes every route: each has an @Operation with a summary', () => {
    expect(operations.length).toBeGreaterThan(100);
    expect(operations.filter(({ operation }) => operation.summary === '').map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.length).toBe(new Set(ids).size);
  });
});
