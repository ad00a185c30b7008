import { AppError } from '@culprit/kernel';

/** Every code this room throws. */
export type BusErrorCode =
  | 'CULPRIT_BUS_FULL'
  | 'CULPRIT_BUS_NO_SPACE'
  | 'CULPRIT_BUS_NO_ACCESS'
  | 'CULPRIT_BUS_IO'
  | 'CULPRIT_BUS_CORRUPT'
  | 'CULPRIT_BUS_IN_USE'
  | 'CULPRIT_BUS_CLOSED'
  | 'CULPRIT_BUS_TOO_LARGE'
  | 'CULPRIT_BUS_UNKNOWN_TOPIC'
  | 'CULPRIT_BUS_BAD_PARTITION'
  | 'CULPRIT_BUS_BAD_OFFSET'
  | 'CULPRIT_BUS_GROUP_TAKEN'
  | 'CULPRIT_BUS_UNAVAILABLE'
  | 'CULPRIT_BUS_NOT_OWNER';

interface BusErrorOptions {
  readonly code: BusErrorCode;
  readonly message: string;
  readonly isRetryable?: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
}

export function busError(options: BusErrorOptions): AppError {
  return new AppError(options);
}

export function busClosed(): AppError {
  return busError({ code: 'CULPRIT_BUS_CLOSED', message: 'the bus is closed' });
}

export function unknownTopic(topic: string): AppError {
  return busError({ code: 'CULPRIT_BUS_UNKNOWN_TOPIC', message: `no topic is called ${topic}` });
}

/** What an error of the file system means for the caller. */
export function fileError(doing: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return busError({
        code: 'CULPRIT_BUS_NO_SPACE',
        message: `${doing}: no space left on the device`,
        isRetryable: true,
        hint: 'Free space in the data directory; publishing goes on by itself.',
        cause,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return busError({
        code: 'CULPRIT_BUS_NO_ACCESS',
        message: `${doing}: permission denied`,
        hint: 'Give the user of this process write access to the data directory.',
        cause,
      });
    default:
      return busError({
        code: 'CULPRIT_BUS_IO',
        message: `${doing}: ${typeof code === 'string' ? code : 'input or output failed'}`,
        isRetryable: true,
        cause,
      });
  }
}
