import { expect, it } from 'vitest';
import { newTokenBody } from './new-token-body.js';

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

it('asks for a kind, or for the role of a user token', () => {
  expect(
    newTokenBody(formOf({ name: ' shop ', purpose: 'ingest', environment: 'shop', expiresInDays: '' })),
  ).toEqual({ name: 'shop', kind: 'ingest', environment: 'shop' });
  expect(
    newTokenBody(formOf({ name: 'mia', purpose: 'editor', environment: 'shop', expiresInDays: '30' })),
  ).toEqual({ name: 'mia', kind: 'user', role: 'editor', expiresInDays: 30 });
});
