import type { ConnectionOptions } from 'node:tls';
import { assertNever, type Logger } from '@culprit/kernel';
import type * as Kafkajs from 'kafkajs';
import { registerCodecs, type KafkaLibrary } from './codecs.js';
import type { KafkaBusOptions, KafkaSasl, KafkaTls } from './kafka-options.js';
import { mskTokenProvider } from './msk-token.js';

/** The client library, loaded when it is needed: who has no broker need not wait for it. */
export async function loadKafka(): Promise<KafkaLibrary> {
  const { default: kafka } = await import('kafkajs');
  registerCodecs(kafka);
  return kafka;
}

/** Connections of this process to the cluster. */
export function createClient(
  kafka: KafkaLibrary,
  { brokers, clientId, logger, tls, sasl }: KafkaBusOptions,
): Kafkajs.Kafka {
  return new kafka.Kafka({
    brokers: [...brokers],
    clientId,
    ssl: tls === undefined ? false : tlsOf(tls),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 8 },
    logLevel: kafka.logLevel.WARN,
    logCreator: () => (entry) => report(kafka, logger, entry),
  });
}

/** Only what was given: an undefined authority would be taken for none at all. */
export function tlsOf({ ca, cert, key }: KafkaTls): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** A login as the client wants it. */
export function saslOf(sasl: KafkaSasl): Kafkajs.SASLOptions {
  switch (sasl.mechanism) {
    case 'aws-msk-iam': {
      const oauthBearerProvider = mskTokenProvider(sasl.region, sasl.environment);
      return { mechanism: 'oauthbearer', oauthBearerProvider };
    }
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512':
      // One by one: the client's types tie each mechanism to its own options.
      return passwordLogin(sasl.mechanism, sasl);
    default:
      return assertNever(sasl);
  }
}

function passwordLogin(
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512',
  { username, password }: { readonly username: string; readonly password: string },
): Kafkajs.SASLOptions {
  if (mechanism === 'plain') return { mechanism, username, password };
  return mechanism === 'scram-sha-256'
    ? { mechanism, username, password }
    : { mechanism, username, password };
}

/** The client calls errors what it then repairs by itself: for people they are warnings. */
function report(kafka: KafkaLibrary, logger: Logger, { level, log }: Kafkajs.LogEntry): void {
  const { message, groupId, broker, error } = log;
  const fields = { detail: message, groupId, broker, cause: String(error ?? '') };
  if (level > kafka.logLevel.ERROR) logger.debug(fields, 'kafka client');
  else logger.warn(fields, 'kafka client');
}
