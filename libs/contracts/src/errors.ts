import { AppError } from '@culprit/kernel';

/** Every code this room throws. */
export type ContractsErrorCode = 'CULPRIT_CONTRACTS_MALFORMED';

/** The bytes are not what the topic promises; trying again cannot help, so the record belongs to the dead letters. */
export function malformed(message: string, cause?: unknown): AppError {
  const code: ContractsErrorCode = 'CULPRIT_CONTRACTS_MALFORMED';
  return new AppError({
    code,
    message,
    hint: 'The record was written by another version or another program; look at its dead letter.',
    cause,
  });
}
