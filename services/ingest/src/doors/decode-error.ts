/** A body that is not what its protocol says: the same bytes can never succeed. The only error a decoder throws. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}
