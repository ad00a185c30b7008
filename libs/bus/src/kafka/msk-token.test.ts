import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { awsCredentials } from './aws-credentials.js';
import { mskToken } from './msk-token.js';
import { presignedUrl } from './presigned-url.js';

const example = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

describe('a presigned request', () => {
  it('has the signature of the example in the reference of Amazon S3', () => {
    const url = presignedUrl({
      host: 'examplebucket.s3.amazonaws.com',
      path: '/test.txt',
      query: {},
      service: 's3',
      region: 'us-east-1',
      credentials: example,
      at: new Date('2013-05-24T00:00:00Z'),
      expiresSeconds: 86_400,
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    expect(new URL(url).searchParams.get('X-Amz-Signature')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });
});

describe('the token of Amazon MSK', () => {
  it('asks to connect to clusters of a region, for a quarter of an hour', () => {
    const token = mskToken('eu-west-1', { ...example, sessionToken: 'a+b/c=' }, new Date(0));
    expect(token).toMatch(/^[\w-]+$/);
    const url = new URL(Buffer.from(token, 'base64url').toString());
    expect(url.host).toBe('kafka.eu-west-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'kafka-cluster:Connect',
      'X-Amz-Credential': `${example.accessKeyId}/19700101/eu-west-1/kafka-cluster/aws4_request`,
      'X-Amz-Expires': '900',
      'X-Amz-Security-Token': 'a+b/c=',
      'User-Agent': 'culprit',
    });
  });
});

describe('credentials', () => {
  const directory = mkdtempSync(join(tmpdir(), 'culprit-aws-'));
  const tokenFile = join(directory, 'token');
  const requests: IncomingMessage[] = [];
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function serve(answer: unknown, status = 200): Promise<string> {
    server = createServer((request, response) => {
      requests.push(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('are keys of the environment where there are some', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', AWS_SESSION_TOKEN: '' };
    expect(await awsCredentials(environment, 'eu-west-1')).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'key',
      sessionToken: undefined,
    });
  });

  it('are those of the role of a service account', async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(tokenFile, 'signed by the cluster\n');
    const Credentials = { AccessKeyId: 'id', SecretAccessKey: 'key', SessionToken: 'session', Expiration: 1 };
    const AWS_ENDPOINT_URL_STS = await serve({
      AssumeRoleWithWebIdentityResponse: { AssumeRoleWithWebIdentityResult: { Credentials } },
    });
    const environment = {
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/culprit',
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
      AWS_ENDPOINT_URL_STS,
    };
    expect(await awsCredentials(environment, 'eu-west-1')).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'key',
      sessionToken: 'session',
    });
    expect(requests.at(-1)?.url).toContain('WebIdentityToken=signed+by+the+cluster');
  });

  it('are what the node lends', async () => {
    const address = await serve({ AccessKeyId: 'id', SecretAccessKey: 'key', Token: 'session' });
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: address,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod',
    };
    expect(await awsCredentials(environment, 'eu-west-1')).toMatchObject({ sessionToken: 'session' });
    expect(requests.at(-1)?.headers.authorization).toBe('pod');
  });

  it.each([
    ['nobody lends any', {}, 'names no source'],
    ['who lends them refuses', { status: 403 }, 'answered 403'],
    ['the answer is something else', { status: 200 }, 'holds no keys'],
  ])('are missed when %s', async (_when, { status }: { status?: number }, message) => {
    const environment =
      status === undefined
        ? {}
        : { AWS_CONTAINER_CREDENTIALS_FULL_URI: await serve({ Message: 'no' }, status) };
    await expect(awsCredentials(environment, 'eu-west-1')).rejects.toMatchObject({
      code: 'CULPRIT_BUS_UNAVAILABLE',
      isRetryable: true,
      message: expect.stringContaining(message),
    });
  });
});
