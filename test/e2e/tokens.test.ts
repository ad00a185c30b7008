import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCulprit, type Culprit } from './support/culprit.js';

const token = 'ingest-token-0123456789';
const hash = createHash('sha256').update(token).digest('hex');

const basic = (text: string): string => Buffer.from(text).toString('base64');

async function start(
  environment: Readonly<Record<string, string>>,
  flags?: readonly string[],
): Promise<Culprit> {
  const culprit = await startCulprit(environment, flags);
  onTestFinished(() => culprit.stop());
  return culprit;
}

async function post(culprit: Culprit, path: string, body: string, headers: Readonly<Record<string, string>>) {
  const answer = await fetch(`${culprit.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

describe('tokens', () => {
  it('are taken in every shape that collectors send, known here by their hash alone', async () => {
    const culprit = await start({ CULPRIT_INGEST_TOKENS: `default:sha256:${hash}` });
    const shapes: readonly (readonly [string, string])[] = [
      ['authorization', `Bearer ${token}`],
      ['authorization', `Splunk ${token}`],
      ['authorization', `Token ${token}`],
      ['authorization', `Basic ${basic(`anyone:${token}`)}`],
      ['authorization', `Basic ${basic(`${token}:`)}`],
      ['authorization', `ApiKey ${token}`],
      ['authorization', `ApiKey ${basic(`id:${token}`)}`],
      ['authtoken', token],
      ['dd-api-key', token],
      ['x-amz-firehose-access-key', token],
    ];
    for (const [name, value] of shapes)
      expect([
        value,
        (await post(culprit, '/ingest/v1/logs', `{"time":${Date.now()},"log":"x"}`, { [name]: value }))
          .status,
      ]).toEqual([value, 200]);
    for (const headers of [
      {},
      { authorization: 'Bearer another-token-012345' },
      { authorization: `Bearer ${hash}` },
    ])
      expect((await post(culprit, '/v1/logs', '{}', headers)).status).toBe(401);
    await culprit.stored(shapes.length);
  });

  it('are required before the network is listened to', async () => {
    await expect(startCulprit({}, ['--port', '0', '--host', '0.0.0.0'])).rejects.toThrow(
      /will not listen on 0\.0\.0\.0 without tokens/,
    );
  });
});

describe('the protocol of the Zebrium collectors', () => {
  it('hands out stream tokens and takes lines under them, also sent again', async () => {
    const culprit = await start({ CULPRIT_INGEST_TOKENS: token });
    const request = JSON.stringify({
      stream: 'native',
      logbasename: 'carts',
      container_log: true,
      ids: {
        namespace_name: 'sock-shop',
        host: 'ip-172-41-13-201',
        container_name: 'carts',
        ze_deployment_name: 'default',
      },
      cfgs: { pod_name: 'carts-5b79655688-rvlsc' },
    });
    const account = await post(culprit, '/log/api/v2/token', request, { authtoken: token });
    const stream = (JSON.parse(account.text) as { readonly token: string }).token;
    const lines = Array.from(
      { length: 20 },
      (_, i) => `ze_tm=${1_631_296_551_000 + i},msg=INFO cart ${i} saved`,
    );
    for (let sent = 0; sent < 2; sent++)
      expect(
        (await post(culprit, '/log/api/v2/tmpost', `${lines.join('\n')}\n`, { authtoken: stream })).status,
      ).toBe(200);
    expect((await post(culprit, '/log/api/v2/tmpost', 'ze_tm=1,msg=x\n', { authtoken: token })).status).toBe(
      401,
    );
    const file = await post(culprit, '/log/api/v2/post', 'a line\n', {
      authorization: `Token ${stream}`,
      'content-type': 'application/octet-stream',
    });
    expect(file).toEqual({ status: 200, text: '' });
    const batch = await post(culprit, '/log/api/v2/batch', '{"retention_hours":48}', {
      authorization: `Token ${token}`,
    });
    expect(JSON.parse(batch.text)).toMatchObject({ code: 200, data: { batch_id: expect.any(String) } });
    const events = await culprit.stored(21);
    expect(events[3]).toMatchObject({
      logType: 'sock-shop/carts',
      pod: 'carts-5b79655688-rvlsc',
      host: 'ip-172-41-13-201',
    });
  });
});
