import { readFileSync } from 'node:fs';
import type { KafkaSasl, KafkaTls } from '@culprit/bus';
import { z } from 'zod';
import type { TlsFiles } from '../tls/tls-files.js';

const wholeNumber = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** Settings of every service that runs as a process of its own; `CULPRIT_SERVICE_<KEY>`. */
export const serviceConfigSchema = z
  .strictObject({
    /** Address to listen on. */
    host: z.string().default('127.0.0.1'),
    /** Port to listen on; 0 picks a free one. */
    port: wholeNumber(0, 65_535).default(8080),
    /** Port to answer gRPC on, where the service has something to say there; 0 opens none. */
    grpcPort: wholeNumber(0, 65_535).default(0),
    /** PEM file of the certificate that this process shows; without one gRPC is not encrypted. */
    tlsCertificateFile: z.string().default(''),
    /** PEM file of its key. */
    tlsKeyFile: z.string().default(''),
    /** PEM file of the authorities that others' certificates must come from; without it everybody is served. */
    tlsAuthorityFile: z.string().default(''),
    /** The least that the log tells. */
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
    /** How long work under way may take when the process is asked to stop. */
    drainTimeoutMs: wholeNumber(1_000, 600_000).default(25_000),
  })
  .refine(({ tlsCertificateFile, tlsKeyFile }) => (tlsCertificateFile === '') === (tlsKeyFile === ''), {
    path: ['tlsKeyFile'],
    message: 'a certificate and its key are needed together',
  });

/** The parsed settings of {@link serviceConfigSchema}. */
export type ServiceConfig = Readonly<z.output<typeof serviceConfigSchema>>;

/** The TLS settings as files, undefined where connections are not encrypted. */
export function tlsOf({
  tlsCertificateFile,
  tlsKeyFile,
  tlsAuthorityFile,
}: ServiceConfig): TlsFiles | undefined {
  if (tlsCertificateFile === '') return undefined;
  return {
    certificateFile: tlsCertificateFile,
    keyFile: tlsKeyFile,
    authorityFile: tlsAuthorityFile === '' ? undefined : tlsAuthorityFile,
  };
}

/** Where the brokers are and who we are to them; `CULPRIT_KAFKA_<KEY>`. */
export const kafkaConfigSchema = z
  .strictObject({
    /** `host:port` of some brokers, separated by commas. */
    brokers: z.string().transform((text, context) => {
      const brokers = text.split(',').map((part) => part.trim());
      if (brokers.every((broker) => /^.+:\d{1,5}$/.test(broker))) return brokers;
      context.addIssue({ code: 'custom', message: 'expected host:port, several separated by commas' });
      return z.NEVER;
    }),
    /** Stands before the names of topics and groups, so that several systems share a broker. */
    prefix: z
      .string()
      .regex(/^[\w.-]{0,64}$/, 'expected letters, digits, dot, dash and underscore')
      .default(''),
    /** Partitions of the topics between the stages, where they are created here. */
    partitions: wholeNumber(1, 256).default(8),
    /** Copies of topics that are created here; 0: as many as there are brokers, at most 3. */
    replicationFactor: wholeNumber(0, 9).default(0),
    /** How records are packed that this process writes. */
    compression: z.enum(['none', 'gzip', 'snappy', 'zstd']).default('none'),
    /** Encrypts connections. */
    tls: flag,
    /** PEM file of the authorities that brokers' certificates must come from; the system's where empty. */
    tlsAuthorityFile: z.string().default(''),
    /** PEM file of the certificate that this process shows to brokers that want to see one. */
    tlsCertificateFile: z.string().default(''),
    /** PEM file of its key. */
    tlsKeyFile: z.string().default(''),
    /** How this process says who it is. */
    saslMechanism: z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'aws-msk-iam']).default('none'),
    /** Who it is to the brokers. */
    saslUsername: z.string().default(''),
    /** Its password there. */
    saslPassword: z.string().default(''),
    /** Region of the cluster, for Amazon MSK; the role of the process decides what it may do. */
    saslRegion: z.string().default(''),
    /** Silence after which the group gives the partitions of this process to others. */
    sessionTimeoutMs: wholeNumber(6_000, 300_000).default(30_000),
  })
  .refine(({ saslMechanism, saslUsername }) => !hasPassword(saslMechanism) || saslUsername !== '', {
    path: ['saslUsername'],
    message: 'is needed with this mechanism',
  })
  .refine(({ saslMechanism, saslRegion }) => saslMechanism !== 'aws-msk-iam' || saslRegion !== '', {
    path: ['saslRegion'],
    message: 'is needed with this mechanism',
  })
  .refine(({ saslMechanism, tls }) => saslMechanism !== 'aws-msk-iam' || tls, {
    path: ['tls'],
    message: 'must be true with this mechanism',
  })
  .refine(({ tlsCertificateFile, tlsKeyFile }) => (tlsCertificateFile === '') === (tlsKeyFile === ''), {
    path: ['tlsKeyFile'],
    message: 'a certificate and its key are needed together',
  });

function hasPassword(mechanism: string): boolean {
  return mechanism !== 'none' && mechanism !== 'aws-msk-iam';
}

/** The parsed settings of {@link kafkaConfigSchema}. */
export type KafkaConfig = Readonly<z.output<typeof kafkaConfigSchema>>;

/** Where the store is; `CULPRIT_STORE_<KEY>`. */
export const storeConfigSchema = z.strictObject({
  /** Address of a ClickHouse server, or of `culprit store`. */
  url: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8123'),
  /** Who this process is to the store. */
  username: z.string().default(''),
  /** Its password there. */
  password: z.string().default(''),
  /** Must exist; the server's default where empty. */
  database: z.string().default(''),
  /** Cluster of servers that keep copies of the tables, as their configuration names it; one server where empty. */
  cluster: z
    .string()
    .regex(/^[\w.-]{0,64}$/, 'expected letters, digits, dot, dash and underscore')
    .default(''),
});

/** Settings of every stage; spread them into its schema. */
export const stageConfigShape = {
  /** How long stored lines may wait before they can be queried. */
  flushIntervalMs: wholeNumber(50, 60_000).default(500),
  /** How much wall time of work a crash may repeat. */
  checkpointIntervalMs: wholeNumber(100, 600_000).default(10_000),
};

/** Where the stages of a cluster keep their snapshots. */
export const snapshotConfigShape = {
  /** Keeps snapshots as files of a directory that all processes of a stage share; without one they are in the store. */
  snapshotDirectory: z.string().default(''),
};

/** The login of the settings, undefined without one. @param environment where AWS says who the process is */
export function saslOf(
  { saslMechanism, saslUsername, saslPassword, saslRegion }: KafkaConfig,
  environment: Readonly<Record<string, string | undefined>>,
): KafkaSasl | undefined {
  if (saslMechanism === 'none') return undefined;
  if (saslMechanism === 'aws-msk-iam') return { mechanism: saslMechanism, region: saslRegion, environment };
  return { mechanism: saslMechanism, username: saslUsername, password: saslPassword };
}

/** The certificates of the settings, undefined where connections are not encrypted. @throws Error naming a file */
export function kafkaTlsOf({
  tls,
  tlsAuthorityFile,
  tlsCertificateFile,
  tlsKeyFile,
}: KafkaConfig): KafkaTls | undefined {
  if (!tls) return undefined;
  return { ca: read(tlsAuthorityFile), cert: read(tlsCertificateFile), key: read(tlsKeyFile) };
}

function read(file: string): string | undefined {
  return file === '' ? undefined : readFileSync(file, 'utf8');
}
