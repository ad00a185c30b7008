import { DIGIT, JOINT, LETTER, isOf, skipBack, skipOver } from './byte-classes.js';
import type { Detector } from './detector.js';

const maxUserInfoBytes = 512;

/** The password of `scheme://user:password@host`. `at` is the last slash. Source: RFC 3986, 3.2.1. */
export const urlPasswordDetector: Detector = ({ bytes, end }, at, found) => {
  const stop = Math.min(end, at + 1 + maxUserInfoBytes);
  let colon = -1;
  for (let i = at + 1; i < stop; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x3a && colon < 0) colon = i;
    if (byte === 0x3c && colon < 0) return false;
    if (byte === 0x40) {
      if (colon < 0 || i === colon + 1 || colon < found.end || bytes[colon + 1] === 0x3c) return false;
      found.add(colon + 1, i, 'password');
      return true;
    }
    if (byte <= 0x20 || byte === 0x2f || byte === 0x3f || byte === 0x23 || byte === 0x22 || byte === 0x27)
      return false;
  }
  return false;
};

/** An e-mail address round its `@`. Source: RFC 5321, 4.1.2, the dot-string form and host names with a dot. */
export const emailDetector: Detector = (span, at, found) => {
  const { bytes, end } = span;
  const start = skipBack(bytes, at, Math.max(span.start, found.end, at - 64), LETTER | DIGIT | JOINT);
  if (start === at || isOf(bytes, start, JOINT)) return false;
  const stop = skipOver(bytes, at + 1, Math.min(end, at + 254), LETTER | DIGIT | JOINT);
  let last = stop;
  while (last > at && isOf(bytes, last - 1, JOINT)) last--;
  const dot = bytes.subarray(at + 1, last).lastIndexOf(0x2e);
  if (dot <= 0 || last - (at + 1 + dot) < 3 || isOf(bytes, last - 1, DIGIT)) return false;
  found.add(start, last, 'email');
  return true;
};
