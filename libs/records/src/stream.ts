import type { EnvironmentName, LogTypeName } from '@culprit/kernel';

/**
 * One source of lines: a container of a pod, a unit on a host, or a file.
 *
 * `logType` is what is learned and compared; `pod` and `host` are attributes, because they change with every
 * roll-out while the program stays the same.
 */
export interface StreamDescriptor {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  /** Empty strings where the input did not say. */
  readonly namespace: string;
  readonly service: string;
  readonly pod: string;
  readonly container: string;
  readonly host: string;
}
