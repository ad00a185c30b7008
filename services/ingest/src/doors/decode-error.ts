/** A body that is not what its protocol says: the same bytes can never succeed. The only errors a decoder throws. */
export class DecodeError extends Error {
  override readonly name: string = 'DecodeError';
}

/** A body that would be understood if it were smaller. */
export class TooLargeError extends DecodeError {
  override readonly name = 'TooLargeError';
}
