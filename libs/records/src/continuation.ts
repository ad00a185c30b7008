import type { AnalysedLine } from './analysed-line.js';
import { ascii, isBlank, isDigit, startsWith } from './header-tokens.js';
import { isCallLine, isTraceEnd, lineShape, speaksOfTrouble } from './line-shape.js';
import { traceMode, type PendingRecord } from './pending-record.js';
import { TraceFrames } from './trace-frames.js';

/** What PostgreSQL calls the further parts of a record; each comes with the whole header again. */
const partLabels = ['DETAIL:', 'HINT:', 'STATEMENT:', 'CONTEXT:', 'QUERY:', 'LOCATION:'].map(ascii);
const maxHeaderBytes = 200;
const maxRepeatedHeaderMillis = 1000;
const warn = 13;

/**
 * True when a line goes on with the pending record of its stream. Only shapes that cannot stand alone are joined: a
 * plain line without a header begins a record of its own, so that one odd line is never hidden inside another.
 *
 * @param millis settled time of the line
 */
export function continues(pending: PendingRecord, line: AnalysedLine, millis: number): boolean {
  if (line.flattened !== undefined) return false;
  if (!line.beginsRecord) return continuesBare(pending, line);
  if (pending.severity > 0 && millis === pending.millis && isLabelledPart(line)) return true;
  return (
    Math.abs(millis - pending.millis) <= maxRepeatedHeaderMillis &&
    repeatsHeader(pending, line) &&
    continuesRepeated(pending, line)
  );
}

/** A header without a level that ends in the label of a further part. */
function isLabelledPart({ header, bytes, start, end }: AnalysedLine): boolean {
  if (header.hasLevel) return false;
  const last = Math.min(end, start + maxHeaderBytes);
  for (let i = header.messageStart; i < last; i++) {
    const isWordStart = i === header.messageStart || isBlank(bytes[i - 1]);
    if (isWordStart && partLabels.some((label) => startsWith(bytes, i, last, label))) return true;
  }
  return false;
}

function repeatsHeader(pending: PendingRecord, line: AnalysedLine): boolean {
  const { header, bytes } = line;
  const length = header.signatureEnd - header.signatureStart;
  if (length < 3 || length !== pending.signatureEnd - pending.signatureStart) return false;
  const from = pending.bodyStart + pending.signatureStart;
  for (let i = 0; i < length; i++) {
    if (bytes[header.signatureStart + i] !== pending.body[from + i]) return false;
  }
  return true;
}

/** A trace written line by line through the logger, every line with the full header. */
function continuesRepeated(pending: PendingRecord, line: AnalysedLine): boolean {
  const { mode } = pending;
  switch (line.shape) {
    case lineShape.traceback:
      return mode !== traceMode.python && mode !== traceMode.go;
    case lineShape.frame:
    case lineShape.cause:
    case lineShape.link:
    case lineShape.heading:
      return true;
    case lineShape.numbered:
      return mode === traceMode.frames;
    case lineShape.indented:
      // Layout may pad the text of every record: only inside a trace is it a sign of going on.
      return mode !== traceMode.none;
    case lineShape.blank:
      return pending.lineCount > 1;
    default:
      return mode === traceMode.python && isTraceEnd(line.bytes, line.contentStart, line.end);
  }
}

function continuesBare(pending: PendingRecord, line: AnalysedLine): boolean {
  const { mode } = pending;
  const isSingle = pending.lineCount - pending.blankLines === 1;
  switch (line.shape) {
    case lineShape.blank:
      return true;
    case lineShape.frame:
    case lineShape.cause:
    case lineShape.link:
    case lineShape.heading:
      return mode !== traceMode.report || pending.blankLines === 0;
    case lineShape.threadPanic:
      return false;
    case lineShape.numbered:
      return mode === traceMode.frames || continuesPlain(pending, line);
    case lineShape.indented:
      if (mode !== traceMode.none) return true;
      return !pending.isIndented && pending.blankLines === 0;
    case lineShape.closer:
      return !isSingle;
    case lineShape.traceback:
      return mode === traceMode.pythonDone || (isSingle && announcesTrouble(pending));
    case lineShape.exception:
      if (mode === traceMode.python) return true;
      return mode === traceMode.none && ((isSingle && announcesTrouble(pending)) || showsSource(pending));
    case lineShape.goroutine:
      return mode === traceMode.go || (isSingle && announcesTrouble(pending));
    case lineShape.panic:
      return mode === traceMode.go;
    default:
      return continuesPlain(pending, line);
  }
}

function continuesPlain(pending: PendingRecord, line: AnalysedLine): boolean {
  switch (pending.mode) {
    case traceMode.report:
      return pending.blankLines === 0;
    case traceMode.python:
      return (
        pending.blankLines === 0 && pending.lineCount > 1 && isTraceEnd(line.bytes, line.start, line.end)
      );
    case traceMode.go:
      return isCallLine(line.bytes, line.start, line.end);
    case traceMode.panicked:
      return pending.lineCount === 1 && endsInColon(pending);
    default:
      return announcesText(pending);
  }
}

/** A record of one line with header and level that ends in a colon: what it announces stands on the next line. */
function announcesText(pending: PendingRecord): boolean {
  return pending.hasHeader && pending.severity > 0 && pending.lineCount === 1 && endsInColon(pending);
}

function endsInColon({ body, bodyStart, bodyLength }: PendingRecord): boolean {
  return bodyLength > 0 && body[bodyStart + bodyLength - 1] === 0x3a;
}

/** A record with a header that an exception printed behind it explains. */
function announcesTrouble(pending: PendingRecord): boolean {
  if (!pending.hasHeader) return false;
  if (pending.severity >= warn) return true;
  const { body, bodyStart, bodyLength, messageStart } = pending;
  return speaksOfTrouble(body, bodyStart + messageStart, bodyStart + bodyLength);
}

/** `/app/server.js:12` and the source line under it, as Node prints before the error. */
function showsSource(pending: PendingRecord): boolean {
  if (pending.hasHeader || pending.lineCount < 2) return false;
  const { body, bodyStart } = pending;
  const last = bodyStart + pending.messageEnd - 1;
  let i = last;
  while (i > bodyStart && isDigit(body[i])) i -= 1;
  return i < last && body[i] === 0x3a;
}

/** The mode of a record after it took in a further line. */
export function modeAfter(pending: PendingRecord, line: AnalysedLine): number {
  const { mode } = pending;
  switch (line.shape) {
    case lineShape.traceback:
      return traceMode.python;
    case lineShape.goroutine:
      return traceMode.go;
    case lineShape.exception:
    case lineShape.plain:
      if (mode === traceMode.none && line.shape === lineShape.plain) return mode;
      if (mode === traceMode.python) return traceMode.pythonDone;
      return mode === traceMode.none || mode === traceMode.panicked ? traceMode.frames : mode;
    case lineShape.heading:
      return traceMode.frames;
    case lineShape.frame:
    case lineShape.cause:
      return mode === traceMode.none ? traceMode.frames : mode;
    default:
      return mode;
  }
}

/** A first line of at most two words says nothing by itself. */
export function isShort(pending: PendingRecord): boolean {
  if (pending.messageLength >= 0) return false;
  const { body, bodyStart } = pending;
  const end = bodyStart + pending.messageEnd;
  let words = 1;
  for (let i = bodyStart + pending.messageStart; i < end && words < 3; i++) if (body[i] === 0x20) words += 1;
  return words < 3;
}

/** Exception lines, the last line of a Python trace, announced text and the lines of a report belong to the message. */
export function isExtra(pending: PendingRecord, line: AnalysedLine): boolean {
  if (pending.mode === traceMode.report) return true;
  if (line.shape === lineShape.exception || line.shape === lineShape.cause) return true;
  if (line.shape !== lineShape.plain) return false;
  if (pending.mode === traceMode.python || pending.mode === traceMode.panicked) return true;
  return pending.mode === traceMode.none && !line.beginsRecord;
}

/**
 * Takes what a line of a trace, the first of its record or one that joined it, adds to what tells it from others.
 *
 * @param modeBefore the mode of the record before the line joined it
 */
export function readFrames(pending: PendingRecord, line: AnalysedLine, modeBefore: number): void {
  const { mode } = pending;
  if (mode === traceMode.none || mode === traceMode.report) return;
  const { bytes, contentStart, end, shape } = line;
  pending.frames ??= new TraceFrames();
  const { body, bodyStart, messageStart, messageEnd } = pending;
  if (shape === lineShape.frame)
    pending.frames.addCallOf(body, bodyStart + messageStart, bodyStart + messageEnd);
  if (shape === lineShape.numbered) pending.frames.addFrame(bytes, contentStart, end);
  else if (shape !== lineShape.plain) pending.frames.addLine(bytes, contentStart, end, shape);
  else if (mode === traceMode.go) pending.frames.addFrame(bytes, contentStart, end);
  else if (modeBefore === traceMode.python) pending.frames.addException(bytes, contentStart, end);
}
