import { readFile } from 'node:fs/promises';
import { busError } from '../errors.js';
import type { AwsCredentials } from './presigned-url.js';

/** The variables by which AWS tells a process who it is; usually `process.env`. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

const timeoutMs = 5_000;

/**
 * The credentials of this process, asked for anew with each call because lent ones run out: keys in the environment, a
 * role for its service account (web identity), or what the node lends it (EKS Pod Identity, ECS).
 *
 * @throws AppError CULPRIT_BUS_UNAVAILABLE where there are none, or nobody answers
 */
export async function awsCredentials(environment: AwsEnvironment, region: string): Promise<AwsCredentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (isSet(AWS_ACCESS_KEY_ID) && isSet(AWS_SECRET_ACCESS_KEY)) {
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: isSet(AWS_SESSION_TOKEN) ? AWS_SESSION_TOKEN : undefined,
    };
  }
  try {
    return await lentCredentials(environment, region);
  } catch (cause) {
    throw busError({
      code: 'CULPRIT_BUS_UNAVAILABLE',
      message: `no AWS credentials: ${cause instanceof Error ? cause.message : String(cause)}`,
      isRetryable: true,
      hint: 'Give the process a role, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      cause,
    });
  }
}

async function lentCredentials(environment: AwsEnvironment, region: string): Promise<AwsCredentials> {
  const { AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_FULL_URI } = environment;
  if (isSet(AWS_ROLE_ARN) && isSet(AWS_WEB_IDENTITY_TOKEN_FILE)) {
    const url = new URL(environment['AWS_ENDPOINT_URL_STS'] ?? `https://sts.${region}.amazonaws.com/`);
    url.search = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: AWS_ROLE_ARN,
      RoleSessionName: environment['AWS_ROLE_SESSION_NAME'] ?? 'culprit',
      WebIdentityToken: (await readFile(AWS_WEB_IDENTITY_TOKEN_FILE, 'utf8')).trim(),
    }).toString();
    return credentialsIn(await askJson(url, { accept: 'application/json' }));
  }
  if (!isSet(AWS_CONTAINER_CREDENTIALS_FULL_URI)) throw new Error('the environment names no source of them');
  const tokenFile = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const token = isSet(tokenFile)
    ? (await readFile(tokenFile, 'utf8')).trim()
    : environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const headers = isSet(token) ? { authorization: token } : {};
  return credentialsIn(await askJson(new URL(AWS_CONTAINER_CREDENTIALS_FULL_URI), headers));
}

async function askJson(url: URL, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
  return await response.json();
}

/** Both sources name the parts alike, at different depths. */
function credentialsIn(answer: unknown): AwsCredentials {
  const parts = new Map<string, string>();
  const collect = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 4) return;
    for (const [name, part] of Object.entries(value)) {
      if (typeof part === 'string') parts.set(name, part);
      else collect(part, depth + 1);
    }
  };
  collect(answer, 0);
  const accessKeyId = parts.get('AccessKeyId');
  const secretAccessKey = parts.get('SecretAccessKey');
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('the answer holds no keys');
  return { accessKeyId, secretAccessKey, sessionToken: parts.get('SessionToken') ?? parts.get('Token') };
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
