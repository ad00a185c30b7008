/** Options of {@link AppError}. */
export interface AppErrorOptions {
  /** `CULPRIT_<ROOM>_<WHAT>`; each room keeps a closed union of its codes. */
  readonly code: string;
  /** What was expected, what came, and which key; never secrets or whole payloads. */
  readonly message: string;
  /** True when the same call may succeed later (a full queue, a lost connection). */
  readonly isRetryable?: boolean;
  /** What the user can do next, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A failed dependency or invalid request with a stable code. Bugs throw plain Error instead. */
export class AppError extends Error {
  readonly code: string;
  readonly isRetryable: boolean;
  readonly hint: string | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = options.code;
    this.isRetryable = options.isRetryable ?? false;
    this.hint = options.hint;
  }
}

/** Marks a branch that the types say is impossible. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${String(value)}`);
}
