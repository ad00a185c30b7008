import type { Findings } from './findings.js';

/** The part of the bytes that is looked at: a line, or the attributes of one. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Looks round a place where its trigger stands and adds what it finds.
 *
 * @param at where the last byte of the trigger is
 * @returns true when it found something
 */
export type Detector = (span: Span, at: number, found: Findings) => boolean;
