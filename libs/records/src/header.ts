import { parseTimestamp } from './date-formats.js';
import {
  ascii,
  closerOf,
  closesOuterBracket,
  closingBracket,
  foundLevel,
  gluedLoggerEnd,
  isClassBehindThread,
  isHumpedName,
  isLoneSigil,
  isPairToken,
  isDashes,
  isLoggerName,
  isLoneSeparator,
  isLowerSentence,
  isNameToken,
  prefixTokenEnd,
  skipSeparators,
  isBlank,
  isDigit,
  isLetter,
  isUpper,
  isWeakLevelWord,
  letterLevel,
  readLevel,
  skipBlanks,
  startsWith,
  structuredElementEnd,
  tokenEnd,
  wordEnd,
} from './header-tokens.js';
import { severityOfLetter, severityOfSyslogPriority } from './severity.js';
import { countDigits, createParsedTime, readDigits, timeKind, twoDigits, yearlessFrom } from './timestamp.js';

const maxPrefixTokens = 4;
const maxMiddleTokens = 9;
const maxMiddleNames = 5;
const reportEnd = ascii(' REPORT==== ');
const kernel = ascii('kernel:');

/**
 * Finds the header of a line by its structure, not by product: a time, a level, numbers, brackets, separators and a
 * logger in the orders people write them. Read its fields after {@link read}; one instance serves all lines.
 */
export class HeaderReader {
  /** The time in the header; `kind` is none when there is none. */
  readonly time = createParsedTime();
  /** The time is a bare count of seconds or less, which may be any other number. */
  isCount = false;
  severity = 0;
  /** Where the header ends and the message begins. */
  messageStart = 0;
  /** From behind the time to behind the logger: equal for the lines of one multi-line record that repeats its header. */
  signatureStart = 0;
  signatureEnd = 0;
  hasLevel = false;
  /** The level is the first word of the text (`Error: …`): good for the severity, no sign of a header. */
  isSoft = false;
  /** A count of seconds since boot, as the kernel writes it. */
  hasUptime = false;
  /** The header announces a report that runs until a blank line. */
  isReport = false;
  /** Program and host that a syslog header names; empty ranges otherwise. */
  programStart = 0;
  programEnd = 0;
  hostStart = 0;
  hostEnd = 0;
  readonly #second = createParsedTime();

  get hasHeader(): boolean {
    return this.time.kind !== timeKind.none || (this.hasLevel && !this.isSoft) || this.hasUptime;
  }

  /** Reads the header of `bytes[start, end)`. O(length of the header), looks at no more than about 300 bytes. */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.begin(start);
    const first = bytes[start];
    if (start >= end || isBlank(first) || (first === 0x7b && !isDigit(bytes[start + 1]))) return;
    if (first === 0x3d && this.#readReport(bytes, start, end)) return;
    if (this.#readKlog(bytes, start, end)) return;
    let position = start;
    const isSyslog = first === 0x3c && this.#readPriority(bytes, start, end);
    if (isSyslog) position = this.messageStart;
    position = this.#readPrefix(bytes, position, end);
    if (this.time.kind === timeKind.none) {
      if (this.isSoft) return;
      if (!this.hasLevel) {
        this.#readAccessTime(bytes, start, end);
        return;
      }
    } else {
      position = this.#skipFurtherTimes(bytes, position, end);
      if (this.#readSyslog(bytes, position, end, isSyslog)) return;
    }
    this.signatureStart = this.time.kind === timeKind.none ? start : position;
    this.signatureEnd = position;
    if (!this.hasLevel) position = this.#readMiddle(bytes, position, end);
    this.#finish(bytes, position, end);
  }

  /** Forgets the last line: nothing is known of the line that begins at `start`. */
  begin(start: number): void {
    this.time.kind = timeKind.none;
    this.isCount = false;
    this.severity = 0;
    this.messageStart = start;
    this.signatureStart = start;
    this.signatureEnd = start;
    this.hasLevel = false;
    this.isSoft = false;
    this.hasUptime = false;
    this.isReport = false;
    this.programStart = 0;
    this.programEnd = 0;
    this.hostStart = 0;
    this.hostEnd = 0;
  }

  /** `=ERROR REPORT==== 14-May-2015::14:52:07 ===` */
  #readReport(bytes: Uint8Array, start: number, end: number): boolean {
    const level = wordEnd(bytes, start + 1, end);
    if (!startsWith(bytes, level, end, reportEnd) || !readLevelWord(bytes, start + 1, level)) return false;
    if (!parseTimestamp(bytes, level + reportEnd.length, end, this.time)) this.time.kind = timeKind.none;
    this.severity = foundLevel.severity;
    this.hasLevel = true;
    this.isReport = true;
    this.messageStart = end;
    return true;
  }

  /** `I0507 11:59:44.523502    4727 kubelet_getters.go:187] message`, also with a year. */
  #readKlog(bytes: Uint8Array, start: number, end: number): boolean {
    const severity = isUpper(bytes[start]) ? severityOfLetter(bytes[start] ?? 0) : 0;
    if (severity === 0) return false;
    const digits = countDigits(bytes, start + 1, Math.min(end, start + 10));
    if (bytes[start + 1 + digits] !== 0x20) return false;
    if (digits === 8) {
      if (!parseTimestamp(bytes, start + 1, end, this.time)) return false;
    } else if (digits !== 4 || !this.#readKlogTime(bytes, start, end)) return false;
    this.severity = severity;
    this.hasLevel = true;
    let close = this.time.end;
    while (close < end && close < this.time.end + 120 && bytes[close] !== 0x5d) close += 1;
    this.messageStart = skipBlanks(bytes, bytes[close] === 0x5d ? close + 1 : this.time.end, end);
    return true;
  }

  /** `0507 11:59:44.523502`, month and day. */
  #readKlogTime(bytes: Uint8Array, start: number, end: number): boolean {
    const clockAt = start + 6;
    if (!parseTimestamp(bytes, clockAt, end, this.#second) || this.#second.kind !== timeKind.clock)
      return false;
    const month = twoDigits(bytes, start + 1);
    const day = twoDigits(bytes, start + 3);
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    yearlessFrom(month, day, this.#second, this.time);
    return true;
  }

  /** `<34>` and `<165>1 `; leaves `messageStart` behind it. */
  #readPriority(bytes: Uint8Array, start: number, end: number): boolean {
    const digits = countDigits(bytes, start + 1, Math.min(end, start + 5));
    const after = start + 1 + digits;
    if (digits < 1 || digits > 3 || bytes[after] !== 0x3e) return false;
    const priority = readDigits(bytes, start + 1, digits);
    if (priority > 191) return false;
    this.severity = severityOfSyslogPriority(priority);
    this.hasLevel = true;
    const isVersioned = isDigit(bytes[after + 1]) && bytes[after + 2] === 0x20;
    this.messageStart = isVersioned ? after + 3 : after + 1;
    return true;
  }

  /** Up to the time: numbers, dashes, brackets and a level may stand before it. Returns where the text goes on. */
  #readPrefix(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    let accepted = start;
    for (let token = 0; token < maxPrefixTokens && position < end; token++) {
      if (this.#readTimeToken(bytes, position, end)) return this.time.end;
      if (bytes[position] === 0x5b && this.#readUptime(bytes, position, end)) return this.messageStart;
      const isLevel = !this.hasLevel && readLevel(bytes, position, end);
      if (isLevel && this.#acceptLeadingLevel(bytes, position, end, token)) {
        position = skipBlanks(bytes, foundLevel.end, end);
        accepted = this.messageStart;
        continue;
      }
      const after = prefixTokenEnd(bytes, position, end);
      if (after < 0) {
        if (token === 0 && this.#readTaggedTime(bytes, position, end)) return this.time.end;
        break;
      }
      position = skipBlanks(bytes, after, end);
    }
    return accepted;
  }

  /** `KERNDTLB 1118536327 2005.06.11 …`: a tag in capitals, then a count of seconds with the date beside it. */
  #readTaggedTime(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end && at - start < 32 && (isUpper(bytes[at]) || isDigit(bytes[at]))) at += 1;
    if (at - start < 3 || bytes[at] !== 0x20 || !this.#readTimeToken(bytes, at + 1, end)) return false;
    const date = this.time.end + 1;
    const hasDate =
      this.isCount && countDigits(bytes, date, Math.min(end, date + 5)) === 4 && bytes[date + 4] === 0x2e;
    if (!hasDate) {
      this.time.kind = timeKind.none;
      this.isCount = false;
    }
    return hasDate;
  }

  /** A level at the very start, or behind a number: `ERROR: …`, `5711 ERROR module …`. */
  #acceptLeadingLevel(bytes: Uint8Array, position: number, end: number, token: number): boolean {
    const isBracketed = !isLetter(bytes[position]);
    const hasColon = bytes[foundLevel.end] === 0x3a;
    if (!isBracketed && !hasColon && isWeakLevelWord(bytes, position, foundLevel.end)) return false;
    if (!foundLevel.isCertain && !(hasColon && token === 0)) return false;
    this.severity = foundLevel.severity;
    this.hasLevel = true;
    // `Error: …` begins the text of an exception: its severity counts, its words stay.
    this.isSoft = !foundLevel.isCertain;
    this.messageStart = this.isSoft ? position : skipBlanks(bytes, foundLevel.end, end);
    return foundLevel.isCertain;
  }

  /** A time here, bare or in brackets; `time.end` is behind the bracket then. */
  #readTimeToken(bytes: Uint8Array, position: number, end: number): boolean {
    const closer = closerOf(bytes[position]);
    const at = closer === 0 ? position : position + 1;
    if (!isDigit(bytes[at]) && !isLetter(bytes[at])) return false;
    if (!parseTimestamp(bytes, at, end, this.time)) {
      this.time.kind = timeKind.none;
      return false;
    }
    const digits = countDigits(bytes, at, Math.min(end, at + 20));
    this.isCount = digits >= 9 && digits !== 14;
    if (closer !== 0 && bytes[this.time.end] === closer) this.time.end += 1;
    return true;
  }

  /** `[   12.345678] ` */
  #readUptime(bytes: Uint8Array, position: number, end: number): boolean {
    const at = skipBlanks(bytes, position + 1, end);
    const seconds = countDigits(bytes, at, Math.min(end, at + 10));
    const point = at + seconds;
    if (seconds === 0 || bytes[point] !== 0x2e || countDigits(bytes, point + 1, end) !== 6) return false;
    if (bytes[point + 7] !== 0x5d) return false;
    this.hasUptime = true;
    this.messageStart = skipBlanks(bytes, point + 8, end);
    return true;
  }

  /** Separators behind the time and repeated times (`kubectl logs --timestamps`, doubled headers). */
  #skipFurtherTimes(bytes: Uint8Array, start: number, end: number): number {
    let position = skipSeparators(bytes, start, end);
    for (let i = 0; i < 2; i++) {
      const at = bytes[position] === 0x5b ? position + 1 : position;
      if (!isDigit(bytes[at]) || !parseTimestamp(bytes, at, end, this.#second)) break;
      if (this.#second.kind > this.time.kind) Object.assign(this.time, this.#second);
      this.isCount = false;
      const after =
        at > position && bytes[this.#second.end] === 0x5d ? this.#second.end + 1 : this.#second.end;
      position = skipSeparators(bytes, after, end);
    }
    return isLoneSigil(bytes, position, end) ? position + 2 : position;
  }

  /** `host program[pid]: ` and the RFC 5424 fields. False when what follows the time is something else. */
  #readSyslog(bytes: Uint8Array, position: number, end: number, hasPriority: boolean): boolean {
    const isMonthName = this.time.kind === timeKind.yearless && this.#isNamedDate(bytes);
    const hostEnd = tokenEnd(bytes, position, end);
    if (hostEnd === position || hostEnd >= end || hostEnd - position > 128) return false;
    if (bytes[position] === 0x5b || bytes[hostEnd - 1] === 0x3a) return false;
    const programAt = skipBlanks(bytes, hostEnd, end);
    const programEnd = tokenEnd(bytes, programAt, end);
    let nameEnd = programAt;
    while (nameEnd < programEnd && !isNameEnd(bytes[nameEnd])) nameEnd += 1;
    if (nameEnd === programAt) return false;
    const isFramed = bytes[programEnd - 1] === 0x3a;
    if (hasPriority && !isFramed)
      return this.#readRfc5424(bytes, { position, hostEnd, programAt, programEnd }, end);
    const hasPid = bytes[nameEnd] === 0x5b || bytes[nameEnd] === 0x28;
    const isProgram =
      isFramed && (hasPid || hasPriority || startsWith(bytes, programAt, end, kernel) || isMonthName);
    if (!isProgram) return false;
    this.#setSource(position, hostEnd, programAt, nameEnd);
    this.messageStart = skipBlanks(bytes, programEnd, end);
    this.#readNested(bytes, end);
    return true;
  }

  /** True when the year-less date was written with the name of the month, as syslog does. */
  #isNamedDate(bytes: Uint8Array): boolean {
    for (let i = this.time.end - 1; i > 0 && i > this.time.end - 24; i--) if (isLetter(bytes[i])) return true;
    return false;
  }

  #readRfc5424(
    bytes: Uint8Array,
    at: {
      readonly position: number;
      readonly hostEnd: number;
      readonly programAt: number;
      readonly programEnd: number;
    },
    end: number,
  ): boolean {
    const procId = tokenEnd(bytes, skipBlanks(bytes, at.programEnd, end), end);
    const messageId = tokenEnd(bytes, skipBlanks(bytes, procId, end), end);
    let position = skipBlanks(bytes, messageId, end);
    if (bytes[position] === 0x2d) position += 1;
    while (bytes[position] === 0x5b) {
      const after = structuredElementEnd(bytes, position, end);
      if (after < 0) return false;
      position = after;
    }
    position = skipBlanks(bytes, position, end);
    if (startsWith(bytes, position, end, Uint8Array.of(0xef, 0xbb, 0xbf))) position += 3;
    this.#setSource(at.position, at.hostEnd, at.programAt, at.programEnd);
    this.messageStart = position;
    this.#readNested(bytes, end);
    return true;
  }

  #setSource(hostStart: number, hostEnd: number, programStart: number, programEnd: number): void {
    this.hostStart = hostStart;
    this.hostEnd = hostEnd;
    this.programStart = programStart;
    this.programEnd = programEnd;
  }

  /** The program's own header inside a syslog line: its level is better than the transport's, its time is not. */
  #readNested(bytes: Uint8Array, end: number): void {
    const { millis, subNanos, kind, end: timeEnd } = this.time;
    const at = this.messageStart;
    if (this.#readKlog(bytes, at, end)) {
      this.time.millis = millis;
      this.time.subNanos = subNanos;
      this.time.kind = kind;
      this.time.end = timeEnd;
      return;
    }
    if (bytes[at] === 0x5b && this.#readUptime(bytes, at, end)) return;
    if (!readLevel(bytes, at, end)) return;
    const hasColon = bytes[foundLevel.end] === 0x3a;
    if (!hasColon && (!foundLevel.isCertain || isWeakLevelWord(bytes, at, foundLevel.end))) return;
    this.severity = foundLevel.severity;
    this.hasLevel = true;
  }

  /** Between time and level: numbers, brackets, dashes and a few names. Returns where the text goes on. */
  #readMiddle(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    let names = 0;
    let hasPairs = false;
    for (let token = 0; token < maxMiddleTokens && position < end; token++) {
      // Behind pairs, which may be the text itself, only brackets make a level.
      const isPossible = !hasPairs || closerOf(bytes[position]) !== 0;
      if (isPossible && readLevel(bytes, position, end) && this.#acceptLevel(bytes, position, token))
        return this.messageStart;
      const stop = tokenEnd(bytes, position, end);
      const letter = names === 0 ? letterLevel(bytes, position, end) : 0;
      if (letter > 0) {
        this.severity = letter;
        this.hasLevel = true;
        return skipBlanks(bytes, position + (bytes[position + 1] === 0x2f ? 2 : 1), end);
      }
      let after = prefixTokenEnd(bytes, position, end);
      if (after < 0) {
        names += 1;
        const isPair = isPairToken(bytes, position, stop);
        if (names > maxMiddleNames || (!isPair && !isNameToken(bytes, position, stop, end))) break;
        hasPairs ||= isPair;
        after = stop;
      }
      position = skipBlanks(bytes, after, end);
    }
    return start;
  }

  /** Accepts the level just found and leaves the position behind it in `messageStart`. */
  #acceptLevel(bytes: Uint8Array, position: number, token: number): boolean {
    const isSentence = !foundLevel.isCertain && (token > 0 || isLowerSentence(bytes, position));
    if (isSentence && token > 0) return false;
    this.severity = foundLevel.severity;
    this.hasLevel = true;
    this.isSoft = isSentence;
    this.messageStart = isSentence ? position : foundLevel.end;
    return true;
  }

  /** Behind the level: separators, brackets, numbers and a logger. */
  #finish(bytes: Uint8Array, start: number, end: number): void {
    let position = skipSeparators(bytes, start, end);
    this.messageStart = position;
    this.signatureEnd = position;
    if (!this.hasLevel) return;
    for (let token = 0; token < maxMiddleTokens && position < end; token++) {
      const after = this.#loggerPartEnd(bytes, position, end);
      if (after < 0) break;
      position = skipSeparators(bytes, after, end);
      if (position < end) this.messageStart = position;
    }
    if (this.signatureEnd <= start) this.signatureEnd = tokenEnd(bytes, this.messageStart, end);
  }

  /** End of one more part of the header behind the level, -1 when the message starts here. */
  #loggerPartEnd(bytes: Uint8Array, position: number, end: number): number {
    const first = bytes[position];
    if (first === 0x5b || first === 0x28) {
      if (first === 0x28) return -1;
      const close = closingBracket(bytes, position, end);
      return close < 0 ? -1 : close + 1;
    }
    const glued = gluedLoggerEnd(bytes, position, end);
    if (glued > 0) return (this.signatureEnd = glued);
    const stop = tokenEnd(bytes, position, end);
    if (first === 0x2d && isDashes(bytes, position, stop)) return stop;
    const next = skipBlanks(bytes, stop, end);
    const digits = countDigits(bytes, position, stop);
    if (digits > 0 && position + digits === stop)
      return bytes[next] === 0x2d || bytes[next] === 0x5b ? stop : -1;
    if (digits > 0 && bytes[position + digits] === 0x23 && bytes[stop - 1] === 0x3a) return stop;
    const isHumped = isLoneSeparator(bytes, next, end) && isHumpedName(bytes, position, stop);
    if (!isHumped && !isLoggerName(bytes, position, stop)) return -1;
    this.signatureEnd = stop;
    if (isHumped || isClassBehindThread(bytes, position, stop)) return stop;
    const isTabbed = bytes[stop] === 0x09;
    const isFollowed = bytes[next] === 0x5b || isLoneSeparator(bytes, next, end) || isTabbed;
    return bytes[stop - 1] === 0x3a || isFollowed || closesOuterBracket(bytes, position, stop) ? stop : -1;
  }

  /** The time of an access log stands in brackets behind client and user; the text goes on behind it. */
  #readAccessTime(bytes: Uint8Array, start: number, end: number): void {
    const last = Math.min(end, start + 200);
    for (let i = start; i < last; i++) {
      if (bytes[i] === 0x22 || bytes[i] === 0x7b) return;
      if (bytes[i] !== 0x5b || !isDigit(bytes[i + 1]) || bytes[i + 3] !== 0x2f) continue;
      if (!parseTimestamp(bytes, i + 1, end, this.time)) {
        this.time.kind = timeKind.none;
        continue;
      }
      if (bytes[this.time.end] === 0x5d) this.messageStart = skipBlanks(bytes, this.time.end + 1, end);
      this.signatureStart = this.messageStart;
      return;
    }
  }
}

function readLevelWord(bytes: Uint8Array, start: number, end: number): boolean {
  return readLevel(bytes, start, end) && foundLevel.end === end;
}

function isNameEnd(byte: number | undefined): boolean {
  return byte === 0x5b || byte === 0x3a || byte === 0x28;
}
