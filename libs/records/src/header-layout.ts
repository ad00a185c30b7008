import { ColumnReader, columnKind, maxColumns } from './header-columns.js';
import type { HeaderReader } from './header.js';
import { isBlank, skipBlanks, tokenEnd } from './header-tokens.js';
import { DAY, countDigits, timeKind } from './timestamp.js';

/** Most words before a lone separator that closes a header. */
const maxPhraseWords = 3;

/** Columns are counted from the begin of the line, or from behind the time or the header that the general rules find. */
export type LayoutOrigin = 'line' | 'time' | 'header';

/** The columns that the lines of one stream begin with, as {@link learnLayout} found them. */
export interface HeaderLayout {
  readonly origin: LayoutOrigin;
  /** Byte between columns, 0 for blanks. */
  readonly separator: number;
  /** {@link columnKind} of every column of the header. */
  readonly kinds: Uint8Array;
  /** 1 where the header may end behind a column. */
  readonly cuts: Uint8Array;
  /** A line that has not at least these columns has another header. */
  readonly required: number;
  /** Columns that hold time, its date and the level; -1 when there is none. */
  readonly time: number;
  readonly date: number;
  readonly level: number;
  /** A few words and this lone byte behind the columns still belong to the header; 0 for none. */
  readonly phraseMark: number;
  /** A word that is padded to this width still belongs to the header; 0 for none. */
  readonly paddedWidth: number;
}

/** Reads headers by a learned layout. One instance serves all streams. */
export class LayoutReader {
  readonly #columns = new ColumnReader();

  /**
   * Fills `header` for a line with this layout. False, with `header` untouched, when the line has another one.
   * O(length of the header).
   */
  read(layout: HeaderLayout, header: HeaderReader, bytes: Uint8Array, start: number, end: number): boolean {
    const from = originOf(layout.origin, header, start);
    if (isBlank(bytes[start])) return false;
    // Syslog says itself where its header ends.
    if (layout.origin === 'time' && header.programEnd > 0) return false;
    const columns = this.#columns;
    const { kinds } = layout;
    columns.read(bytes, from, end, layout.separator, Math.min(kinds.length, maxColumns));
    let matched = 0;
    let cut = 0;
    while (matched < columns.count && this.#fits(layout, bytes, matched)) {
      matched += 1;
      if (layout.cuts[matched - 1] === 1) cut = matched;
    }
    if (matched < layout.required) return false;
    let messageStart = cut === 0 ? from : (columns.next[cut - 1] ?? from);
    let headerEnd = cut === 0 ? from : (columns.end[cut - 1] ?? from);
    if (cut === kinds.length) {
      const tail = tailEnd(layout, bytes, messageStart, end);
      if (tail > messageStart) {
        messageStart = skipBlanks(bytes, tail, end);
        headerEnd = tail;
      }
    }
    if (layout.origin === 'line') header.begin(start);
    this.#fill(layout, header, cut);
    header.messageStart = messageStart;
    header.signatureStart = this.#signatureStart(layout, header, headerEnd);
    header.signatureEnd = headerEnd;
    return true;
  }

  #fits(layout: HeaderLayout, bytes: Uint8Array, i: number): boolean {
    const columns = this.#columns;
    const start = columns.start[i] ?? 0;
    const kind = columns.kind[i] ?? columnKind.none;
    const expected = layout.kinds[i] ?? columnKind.none;
    switch (expected) {
      case columnKind.level:
        return kind !== columnKind.time && kind !== columnKind.number && kind !== columnKind.other;
      case columnKind.bracket:
        return bytes[start] === 0x5b || bytes[start] === 0x28 || bytes[start] === 0x3c;
      case columnKind.number:
        return kind === columnKind.number || kind === columnKind.time || kind === columnKind.date;
      case columnKind.name:
        // A cell between separators, or a word that a stronger column follows: what it says is free.
        return layout.separator !== 0 || kind !== columnKind.other || i < layout.required;
      default:
        return kind === expected;
    }
  }

  #fill(layout: HeaderLayout, header: HeaderReader, cut: number): void {
    const columns = this.#columns;
    const { time, date, level } = layout;
    if (time >= 0 && time < cut) {
      const dayMillis = date >= 0 && date < cut ? (columns.millis[date] ?? 0) : Number.NaN;
      const isJoined = !Number.isNaN(dayMillis);
      header.time.kind = (isJoined ? columns.timeKind[date] : columns.timeKind[time]) ?? timeKind.none;
      header.time.millis = isJoined
        ? dayMillis + ((columns.millis[time] ?? 0) % DAY)
        : (columns.millis[time] ?? 0);
      header.time.subNanos = columns.subNanos[time] ?? 0;
      header.time.end = columns.end[Math.max(time, date)] ?? 0;
      header.isCount = false;
    }
    const severity = level >= 0 && level < cut ? (columns.severity[level] ?? 0) : 0;
    if (severity > 0) {
      header.severity = severity;
      header.hasLevel = true;
      header.isSoft = false;
    }
  }

  /** Behind the time, where what follows it is the same for all lines of one record. */
  #signatureStart(layout: HeaderLayout, header: HeaderReader, headerEnd: number): number {
    if (layout.origin !== 'line') return Math.min(header.signatureStart, headerEnd);
    return layout.time >= 0 ? Math.min(header.time.end, headerEnd) : headerEnd;
  }
}

/** Where the columns of a line begin whose header the general rules have read. */
export function originOf(origin: LayoutOrigin, header: HeaderReader, start: number): number {
  if (origin === 'line') return start;
  return origin === 'time' ? header.signatureStart : header.messageStart;
}

/** Behind the words that close the header after its columns; `position` when there are none. */
export function tailEnd(
  layout: { readonly phraseMark: number; readonly paddedWidth: number },
  bytes: Uint8Array,
  position: number,
  end: number,
): number {
  // A number alone may be a status or a size: it says something.
  if (isBlank(bytes[position + countDigits(bytes, position, end)])) return position;
  if (layout.phraseMark !== 0) return phraseEnd(bytes, position, end, layout.phraseMark);
  if (layout.paddedWidth === 0) return position;
  const stop = tokenEnd(bytes, position, end);
  const next = skipBlanks(bytes, stop, end);
  return next < end && next - position === layout.paddedWidth ? stop : position;
}

/** Behind a lone `mark` that at most `maxPhraseWords` words precede; `position` when there is none. */
function phraseEnd(bytes: Uint8Array, position: number, end: number, mark: number): number {
  let at = position;
  for (let word = 0; word <= maxPhraseWords && at < end; word++) {
    const stop = tokenEnd(bytes, at, end);
    if (stop === at + 1 && bytes[at] === mark) return word === 0 || stop === end ? position : stop;
    at = skipBlanks(bytes, stop, end);
  }
  return position;
}
