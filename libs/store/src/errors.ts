import { AppError } from '@culprit/kernel';

/** Every way in which the store can fail; the closed union of its codes. */
export type StoreErrorCode =
  /** Another process holds the data directory. */
  | 'CULPRIT_STORE_DIRECTORY_LOCKED'
  /** The data directory cannot be created, read or written. */
  | 'CULPRIT_STORE_DIRECTORY_DENIED'
  /** The engine could not be started for another reason. */
  | 'CULPRIT_STORE_OPEN_FAILED'
  /** The store was used after close. */
  | 'CULPRIT_STORE_CLOSED'
  /** Too many statements wait for a session. */
  | 'CULPRIT_STORE_BUSY'
  /** A statement ran longer than allowed. */
  | 'CULPRIT_STORE_TIMEOUT'
  /** A statement needed more memory than allowed. */
  | 'CULPRIT_STORE_MEMORY'
  /** The server cannot be reached, or went away before it answered: the outcome is unknown. */
  | 'CULPRIT_STORE_UNAVAILABLE'
  /** The caller gave up; the engine may still finish the work. */
  | 'CULPRIT_STORE_ABORTED'
  /** The disk is full or failed. */
  | 'CULPRIT_STORE_DISK'
  /** The engine refused a statement: a defect of this room, not of the caller. */
  | 'CULPRIT_STORE_STATEMENT_FAILED'
  /** Insert bytes that do not have the promised form. */
  | 'CULPRIT_STORE_BAD_PAYLOAD'
  /** A page token that this store did not give out for this request. */
  | 'CULPRIT_STORE_BAD_PAGE_TOKEN'
  /** A request outside of the documented bounds. */
  | 'CULPRIT_STORE_BAD_REQUEST'
  /** A merged migration was edited or is missing. */
  | 'CULPRIT_STORE_MIGRATION_CHANGED'
  /** Batches of one lane did not rise by sequence. */
  | 'CULPRIT_STORE_OUT_OF_ORDER'
  /** The lane may be somebody else's by now: nothing was written. */
  | 'CULPRIT_STORE_FENCED'
  /** A snapshot could not be written. */
  | 'CULPRIT_STORE_SNAPSHOT_FAILED';

/** What a failure carries beside its code. */
export interface StoreErrorDetail {
  readonly message: string;
  readonly isRetryable?: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An {@link AppError} whose code is one of this room's. */
export function storeError(code: StoreErrorCode, detail: StoreErrorDetail): AppError {
  return new AppError({ code, ...detail });
}

interface EngineFailure {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly isRetryable: boolean;
}

/** Engine error numbers that callers can act on; every other number is a failed statement. */
const failureByEngineCode: ReadonlyMap<number, EngineFailure> = new Map([
  [159, { code: 'CULPRIT_STORE_TIMEOUT', message: 'the statement ran out of time', isRetryable: true }],
  [160, { code: 'CULPRIT_STORE_TIMEOUT', message: 'the statement would take too long', isRetryable: false }],
  [241, { code: 'CULPRIT_STORE_MEMORY', message: 'the statement ran out of memory', isRetryable: true }],
  [243, { code: 'CULPRIT_STORE_DISK', message: 'the disk is full', isRetryable: true }],
  [74, { code: 'CULPRIT_STORE_DISK', message: 'the disk cannot be read', isRetryable: true }],
  [75, { code: 'CULPRIT_STORE_DISK', message: 'the disk cannot be written', isRetryable: true }],
  [76, { code: 'CULPRIT_STORE_DISK', message: 'a file cannot be opened', isRetryable: true }],
  [
    202,
    { code: 'CULPRIT_STORE_BUSY', message: 'the engine has too many statements to run', isRetryable: true },
  ],
  [252, { code: 'CULPRIT_STORE_BUSY', message: 'the engine has too many parts to merge', isRetryable: true }],
] as const);

/**
 * Turns whatever a driver threw into an {@link AppError}.
 *
 * @param statement short name of what was running, never its values
 */
export function toStoreError(error: unknown, statement: string): AppError {
  if (error instanceof AppError) return error;
  if (isGivenUp(error)) {
    return storeError('CULPRIT_STORE_ABORTED', {
      message: `${statement}: the caller gave up waiting; the outcome is unknown`,
      isRetryable: true,
      cause: error,
    });
  }
  if (isAway(error)) {
    return storeError('CULPRIT_STORE_UNAVAILABLE', {
      message: `${statement}: the store does not answer; the outcome is unknown`,
      isRetryable: true,
      hint: 'Check that the store runs and can be reached; what waits for it goes on by itself.',
      cause: error,
    });
  }
  const number = engineCodeOf(error);
  const known = number === undefined ? undefined : failureByEngineCode.get(number);
  if (known !== undefined) {
    return storeError(known.code, {
      message: `${statement}: ${known.message}`,
      isRetryable: known.isRetryable,
      cause: error,
    });
  }
  return storeError('CULPRIT_STORE_STATEMENT_FAILED', {
    message: `${statement}: the engine refused it${number === undefined ? '' : ` (engine code ${number})`}`,
    cause: error,
  });
}

function isGivenUp(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return error.name === 'AbortError' || code === 'CHDB_ABORT' || code === 'CHDB_TIMEOUT';
}

const networkCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What the HTTP client says when there was no answer. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return networkCodes.has(code) || /^(?:socket hang up|Timeout error)/i.test(error.message);
}

/** The `Code: N.` that every engine message starts with. */
export function engineCodeOf(error: unknown): number | undefined {
  const text = error instanceof Error ? error.message : String(error);
  const match = /Code: (\d+)\./.exec(text);
  if (match?.[1] !== undefined) return Number(match[1]);
  const code = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
  return Number.isInteger(code) ? code : undefined;
}
