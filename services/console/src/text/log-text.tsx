import { useMemo } from 'react';
import { parseAnsi, type StyledText } from './ansi.js';

/** Text from a log, shown as text: colours as colours, everything that could act or hide made visible. */
export function LogText({ text, highlight = '' }: { readonly text: string; readonly highlight?: string }) {
  const pieces = useMemo(() => parseAnsi(text), [text]);
  return (
    <>
      {pieces.map((piece, i) => (
        <span key={i} className={classOf(piece)}>
          <Highlighted text={piece.text} highlight={highlight} />
        </span>
      ))}
    </>
  );
}

function Highlighted({ text, highlight }: { readonly text: string; readonly highlight: string }) {
  if (highlight === '') return text;
  const parts = splitAt(text, highlight);
  return parts.map((part, i) => (i % 2 === 0 ? part : <mark key={i}>{part}</mark>));
}

/** Pieces of a text, in turn not matching and matching `needle`; letters match in either case. O(length). */
export function splitAt(text: string, needle: string): readonly string[] {
  const folded = text.toLowerCase();
  const sought = needle.toLowerCase();
  // Lower case of some letters is longer; then positions would not fit, and nothing is marked.
  if (sought === '' || folded.length !== text.length) return [text];
  const parts: string[] = [];
  let start = 0;
  for (let at = folded.indexOf(sought); at >= 0; at = folded.indexOf(sought, start)) {
    parts.push(text.slice(start, at), text.slice(at, at + sought.length));
    start = at + sought.length;
  }
  return [...parts, text.slice(start)];
}

function classOf(piece: StyledText): string | undefined {
  const names = [
    piece.colour === undefined ? '' : `ansi-${piece.colour}`,
    piece.isBold ? 'ansi-bold' : '',
    piece.isFaint ? 'ansi-faint' : '',
    piece.isUnderlined ? 'ansi-underlined' : '',
  ].filter((name) => name !== '');
  return names.length === 0 ? undefined : names.join(' ');
}
