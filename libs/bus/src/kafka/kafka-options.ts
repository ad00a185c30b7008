import type { Logger } from '@culprit/kernel';
import type { AwsEnvironment } from './aws-credentials.js';
import type { RetryPause } from '../partition-reader.js';
import type { BusTopic } from '../topic-state.js';

/** A topic as a broker keeps it. */
export interface KafkaTopic extends BusTopic {
  readonly retentionHours?: number;
  /** True where only the last record of a key matters. */
  readonly isCompacted?: boolean;
}

/** How records are packed on their way; readers understand these and lz4. */
export type KafkaCompression = 'none' | 'gzip' | 'snappy' | 'zstd';

/** Who we are to the broker: a name and its password, or a role of AWS. */
export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string; readonly environment: AwsEnvironment };

/** What encrypts connections: certificates in PEM form. */
export interface KafkaTls {
  /** Who must have signed the brokers' certificates; the system's authorities where absent. */
  readonly ca?: string | undefined;
  /** What this client shows, where brokers want to see something. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Options of {@link createKafkaBus}. */
export interface KafkaBusOptions {
  /** `host:port` of some brokers of the cluster. */
  readonly brokers: readonly string[];
  /** Names this process in the broker's logs and groups. */
  readonly clientId: string;
  /** Stands before the names of topics and groups at the broker, so that several systems share one; default none. */
  readonly prefix?: string;
  /** Created where they are missing. */
  readonly topics: readonly KafkaTopic[];
  readonly logger: Logger;
  /** Called once when the client gave a consumer up for good: the process should end and be started again. */
  readonly onFatal: (error: Error) => void;
  /** Copies of a topic that is created; default: as many as there are brokers, at most 3. */
  readonly replicationFactor?: number;
  readonly compression?: KafkaCompression;
  /** Encrypts connections. */
  readonly tls?: KafkaTls | undefined;
  readonly sasl?: KafkaSasl;
  /** Longest wait of a publisher, default 5 s. */
  readonly publishTimeoutMs?: number;
  /** Bytes of publishers that wait at once, default 64 MiB. */
  readonly maxPendingBytes?: number;
  /** Bytes fetched ahead of the handler, of each partition, default 8 MiB. */
  readonly maxFetchedBytes?: number;
  /** Silence after which the group takes a member's partitions away, default 30 s. */
  readonly sessionTimeoutMs?: number;
  /** Pause before a failed batch comes again, default 100 ms doubling to 10 s. */
  readonly retry?: RetryPause;
}
