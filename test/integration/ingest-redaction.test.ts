import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { culprit, temporaryFolder } from './support/cli-process.js';
import { post, published, start } from './support/ingest-process.js';

const token = 'sixteen-characters-or-more';
const bearer = (name: string) => ({ authorization: `Bearer ${name}-${token}` });
const text = (body: string) => ({ body, type: { 'content-type': 'text/plain' } });

/** The line that is stored for a password of a tenant. */
async function seen(redactKey: string, tenant: string): Promise<string> {
  const tokens = `acme:acme-${token},other:other-${token}`;
  const { url, bus } = await start({ redactKey, tokens });
  const { body, type } = text('password=hunter2\n');
  await post(url, body, { ...type, ...bearer(tenant) });
  return (await published(bus)).lines[0]?.text ?? '';
}

describe('secrets', () => {
  it('are replaced before anything is published, and counted', async () => {
    const { url, bus, metrics, health } = await start({ redactKey: 'a key for tests' });
    const { body, type } = text('login password=hunter2 failed\nagain password=hunter2\nfine\n');
    const answer = await post(url, body, type);
    expect(await answer.json()).toEqual({ accepted: 3, rejected: {}, redacted: { password: 2 } });
    const { lines } = await published(bus);
    const [first = '', second = '', third] = lines.map((line) => line.text);
    const pseudonym = /<password:[0-9a-f]{8}>/.exec(first)?.[0] ?? '';
    expect(first).toBe(`login password=${pseudonym} failed`);
    expect(second).toBe(`again password=${pseudonym}`);
    expect(third).toBe('fine');
    expect(metrics.render()).toContain('culprit_ingest_redactions_total{kind="password"} 2');
    expect(health.notices()).toEqual([expect.stringContaining('2 password')]);
  });

  it('have other pseudonyms with another key and for another tenant, and the same in another process', async () => {
    const first = await seen('one', 'acme');
    expect(first).not.toContain('hunter2');
    expect(await seen('one', 'acme')).toBe(first);
    expect(await seen('two', 'acme')).not.toBe(first);
    expect(await seen('one', 'other')).not.toBe(first);
  });

  it('are what the policy of the tenant says', async () => {
    const { url, bus } = await start({
      tokens: `acme:acme-${token},lab:lab-${token}`,
      redact: 'secrets,acme:secrets+emails,lab:none',
      redactNames: 'iban',
    });
    const { body, type } = text('password=hunter2 iban=DE0212030 by eve@example.com 4111111111111111\n');
    await post(url, body, { ...type, ...bearer('acme') });
    await post(url, body, { ...type, ...bearer('lab') });
    const [acme, lab] = (await published(bus)).lines.map((line) => line.text);
    expect(acme).toMatch(/^password=<password:\w+> iban=<secret:\w+> by <email:\w+> 4111111111111111$/);
    expect(`${lab}\n`).toBe(body);
  });

  it('are shown with debug=1 as they would be stored', async () => {
    const { url } = await start();
    const { body, type } = text('password=hunter2\n');
    const answer = await (await post(`${url}?debug=1`, body, type)).text();
    expect(answer).toContain('"redacted":{"password":1}');
    expect(answer).not.toContain('hunter2');
  });
});

describe('culprit analyze', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('replaces them by numbers, and leaves them when told to', async () => {
    const file = folder.path('app.log');
    writeFileSync(file, '2026-03-01T09:00:00Z INFO start password=hunter2\n');
    const redacted = await culprit(['templates', file]);
    expect(redacted.stdout).toContain('<password:');
    const analysis = await culprit(['analyze', file]);
    expect(analysis.stderr).toContain('secrets replaced by pseudonyms: 1 password');
    const kept = await culprit(['analyze', '--no-redact', file]);
    expect(kept.stderr).not.toContain('secrets');
  });
});
