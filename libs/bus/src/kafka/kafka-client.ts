import { assertNever, type Logger } from '@culprit/kernel';
import type * as Kafkajs from 'kafkajs';
import { registerCodecs, type KafkaLibrary } from './codecs.js';
import type { KafkaBusOptions } from './kafka-options.js';

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
    ssl: tls ?? false,
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 8 },
    logLevel: kafka.logLevel.WARN,
    logCreator: () => (entry) => report(kafka, logger, entry),
  });
}

function saslOf(sasl: NonNullable<KafkaBusOptions['sasl']>): Kafkajs.SASLOptions {
  const { mechanism, username, password } = sasl;
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
    default:
      return assertNever(mechanism);
  }
}

/** The client calls errors what it then repairs by itself: for people they are warnings. */
function report(kafka: KafkaLibrary, logger: Logger, { level, log }: Kafkajs.LogEntry): void {
  const { message, groupId, broker, error } = log;
  const fields = { detail: message, groupId, broker, cause: String(error ?? '') };
  if (level > kafka.logLevel.ERROR) logger.debug(fields, 'kafka client');
  else logger.warn(fields, 'kafka client');
}
