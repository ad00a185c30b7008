import { accessConfigShape } from '@culprit/platform';
import { z } from 'zod';
import { portSetting } from './ports/port-setting.js';
import { parseRedactionPolicy } from './redaction-policy.js';

const MEBIBYTE = 1_048_576;
const wholeNumber = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

/** Settings of the ingest service; `CULPRIT_INGEST_<KEY>` in the environment. */
export const ingestConfigSchema = z.strictObject({
  ...accessConfigShape,
  /** Bytes of a request as they come over the wire. */
  maxWireBytes: wholeNumber(1_024, 256 * MEBIBYTE).default(8 * MEBIBYTE),
  /** Bytes of a request after inflating. */
  maxInflatedBytes: wholeNumber(1_024, 512 * MEBIBYTE).default(64 * MEBIBYTE),
  /** Inflated bytes per wire byte, checked above 1 MiB inflated. */
  maxInflateRatio: wholeNumber(2, 2_000).default(100),
  /** Lines, or objects of a JSON body, in one request. */
  maxLines: wholeNumber(1, 100_000_000).default(1_000_000),
  /** Bytes of all requests under way; more are turned away with 503. */
  maxInFlightBytes: wholeNumber(MEBIBYTE, 4_096 * MEBIBYTE).default(128 * MEBIBYTE),
  /** Inflated bytes a tenant may send in a second on average; 0 leaves the pace to the bus. */
  rateBytesPerSecond: wholeNumber(0, 4_096 * MEBIBYTE).default(0),
  /** Bytes a tenant may send at once after a quiet time. */
  rateBurstBytes: wholeNumber(1_024, 8_192 * MEBIBYTE).default(6 * MEBIBYTE),
  /** Streams of a tenant that are told apart; later ones share `__other__` until one is idle for an hour. */
  maxActiveStreams: wholeNumber(1, 1_000_000).default(5_000),
  /** How long a batch id is remembered. */
  batchIdMinutes: wholeNumber(1, 1_440).default(15),
  /** Batch ids remembered at most; the oldest go first. */
  maxBatchIds: wholeNumber(1, 1_000_000).default(50_000),
  /** OTLP over gRPC, usually 4317. */
  grpcPort: portSetting,
  /** The HTTP port once more where OpenTelemetry's exporters look for it, usually 4318. */
  otlpPort: portSetting,
  /** Fluent forward, usually 24224. */
  forwardPort: portSetting,
  /** Key that forwarders must know; without it only those on this machine are served. */
  forwardSharedKey: z.string().max(1_000).default(''),
  /** Syslog over UDP and TCP, usually 5514. */
  syslogPort: portSetting,
  /** What is replaced before anything is stored: groups for everyone, `tenant:groups` for one. */
  redact: z
    .string()
    .max(100_000)
    .default('')
    .transform((text, context) => {
      const policy = parseRedactionPolicy(text);
      if (policy !== undefined) return policy;
      context.addIssue({
        code: 'custom',
        message: 'expected secrets, cards and emails with + between, or none; tenant:… for one tenant',
      });
      return z.NEVER;
    }),
  /** Names whose values are secret too, with commas between. */
  redactNames: z
    .string()
    .max(10_000)
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .refine((names) => names.length <= 100 && names.every(isSecretName), {
      message:
        'expected names of 4 to 64 letters, digits, "_", "-" and ".", with 3 in a row that are no digits',
    }),
  /** What pseudonyms are made with; processes with the same key give the same ones. Without it a process makes its own. */
  redactKey: z.string().max(1_000).default(''),
});

function isSecretName(name: string): boolean {
  return /^[\w.-]{4,64}$/.test(name) && /^.+\D{3}/.test(name);
}

/** The parsed settings. */
export type IngestConfig = Readonly<z.output<typeof ingestConfigSchema>>;
