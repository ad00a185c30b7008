import { awsCredentials, type AwsEnvironment } from './aws-credentials.js';
import { presignedUrl, type AwsCredentials } from './presigned-url.js';

const expiresSeconds = 900;

/**
 * The token by which Amazon MSK knows a role (IAM access control over SASL/OAUTHBEARER): a presigned request to connect,
 * in base64url. It holds for a quarter of an hour; the client asks for one with every connection.
 */
export function mskToken(region: string, credentials: AwsCredentials, at: Date): string {
  const url = presignedUrl({
    host: `kafka.${region}.amazonaws.com`,
    path: '/',
    query: { Action: 'kafka-cluster:Connect' },
    service: 'kafka-cluster',
    region,
    credentials,
    at,
    expiresSeconds,
  });
  return Buffer.from(`${url}&User-Agent=culprit`).toString('base64url');
}

/** Makes tokens for the client. */
export function mskTokenProvider(
  region: string,
  environment: AwsEnvironment,
): () => Promise<{ readonly value: string }> {
  return async () => ({ value: mskToken(region, await awsCredentials(environment, region), new Date()) });
}
