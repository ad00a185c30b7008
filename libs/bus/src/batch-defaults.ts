import type { RetryPause } from './partition-reader.js';

/** Most of what a handler gets at once, where it does not say. */
export const defaultBatchLimits = { maxRecords: 64, maxBytes: 4 << 20 };

export const defaultRetry: RetryPause = { firstMs: 100, maxMs: 10_000 };
