/** Frames of LZ4, as Kafka stores them; the package brings no types. */
declare module 'lz4js' {
  export function compress(bytes: Uint8Array): Uint8Array;
  export function decompress(bytes: Uint8Array): Uint8Array;
  /** Most bytes that {@link decompress} may give. */
  export function decompressBound(bytes: Uint8Array): number;
}

/** Blocks of snappy, without Kafka's chunks round them. */
declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Uint8Array;
  export function uncompress(bytes: Uint8Array, maxLength?: number): Uint8Array;
}
