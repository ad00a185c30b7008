/** The page of settings is what the schemas say now. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configurationPage, rowsOf } from '../support/configuration.ts';
import { repository } from './support/rooms.js';

const file = 'services/query/src/config.ts';

describe('docs/CONFIGURATION.md', () => {
  it('is what the schemas give now (npm run gen:config)', async () => {
    const page = readFileSync(path.join(repository, 'docs/CONFIGURATION.md'), 'utf8');
    expect(page).toBe(await configurationPage());
    expect(page.match(/`CULPRIT_/g)?.length).toBeGreaterThan(40);
  });

  it('has a meaning for every variable', () => {
    const schema = z.object({ undocumented: z.string().default('') });
    expect(() => rowsOf([{ section: 'query', schema, file, readers: 'query' }])).toThrow('undocumented');
  });

  it('has one row for a variable that several programs read in the same way', () => {
    const schema = z.object({ learningMinutes: z.coerce.number().int().min(1).max(9).default(2) });
    const other = z.object({ learningMinutes: z.coerce.number().int().min(1).max(9).default(3) });
    const source = { section: 'query', schema, file, readers: 'one' };
    expect(rowsOf([source, { ...source, readers: 'two' }])).toMatchObject([
      {
        variable: 'CULPRIT_QUERY_LEARNING_MINUTES',
        fallback: '`2`',
        allowed: '1 to 9',
        readers: ['one', 'two'],
      },
    ]);
    expect(() => rowsOf([source, { ...source, schema: other }])).toThrow('one thing');
  });
});
