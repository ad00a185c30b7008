/** Frames of LZ4; only tests pack them. */
declare module 'lz4js' {
  export function compress(bytes: Uint8Array): Uint8Array;
}

/** Blocks of snappy, without Kafka's chunks round them. */
declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Uint8Array;
}
