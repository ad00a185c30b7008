/**
 * Writes docs/openapi.json from the schemas that requests are checked with and answers are typed by.
 * Command: npm run gen:openapi
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { wholeDocument } from './openapi-of-everything.ts';

writeFileSync(
  path.join(import.meta.dirname, '..', '..', 'docs', 'openapi.json'),
  `${JSON.stringify(wholeDocument(), null, 2)}\n`,
);
