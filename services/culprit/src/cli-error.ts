/** Exit codes of the command line; documented in `culprit --help`. */
export const exitCodes = {
  success: 0,
  /** Something failed that is not the user's input. */
  failure: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** The input is missing, unreadable or holds no log line. */
  badInput: 3,
  /** A server could not be reached or refused. */
  unavailable: 4,
  /** The configuration is invalid. */
  badConfig: 78,
} as const;

/** An error for people: one line that says what happened and what to do next; never a stack trace. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

const readReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the spelling',
  EACCES: 'no permission to read it; check its owner and mode',
  EPERM: 'no permission to read it; check its owner and mode',
  EISDIR: 'it is a directory',
  Z_DATA_ERROR: 'the gzip data is broken; test it with "gzip -t"',
  Z_BUF_ERROR: 'the gzip data ends too early; test it with "gzip -t"',
};

const writeReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory; create it first',
  ENOTDIR: 'its directory is a file',
  EACCES: 'no permission to write it; check owner and mode',
  EPERM: 'no permission to write it; check owner and mode',
  EISDIR: 'it is a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
};

/** Turns an error of reading a file into one that names the path and the remedy. */
export function fileError(path: string, cause: unknown): CliError {
  return new CliError(`${path}: ${reasonOf(cause, readReasons)}.`, exitCodes.badInput, cause);
}

/** The same for a file that could not be written. */
export function outputError(path: string, cause: unknown): CliError {
  return new CliError(`cannot write ${path}: ${reasonOf(cause, writeReasons)}.`, exitCodes.failure, cause);
}

function reasonOf(cause: unknown, reasons: Readonly<Record<string, string>>): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
}
