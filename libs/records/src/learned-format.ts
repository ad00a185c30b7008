import { HeaderReader } from './header.js';
import { LayoutReader } from './header-layout.js';
import { layoutSampleLines, learnLayout } from './layout-learner.js';
import type { FieldRange, LogFormat } from './log-format.js';

/**
 * A log format that nobody wrote down: the headers the general rules know, and what the first lines of this log show
 * beyond them. A line without a header, and one of another layout, is content as a whole.
 *
 * @param samples first lines of the log, at most {@link layoutSampleLines} of use
 */
export function learnLogFormat(samples: readonly Uint8Array[]): LogFormat {
  const layout = learnLayout(samples.slice(0, layoutSampleLines));
  const header = new HeaderReader();
  const reader = new LayoutReader();
  const range = { start: 0, end: 0 };
  return {
    fields: ['Content'],
    contentOf(bytes, start, end): FieldRange {
      header.read(bytes, start, end);
      const { hasHeader } = header;
      const isLearned =
        layout !== undefined &&
        (hasHeader || layout.origin === 'line') &&
        reader.read(layout, header, bytes, start, end);
      const isCut = (hasHeader || isLearned) && header.messageStart < end;
      range.start = isCut ? header.messageStart : start;
      range.end = end;
      return range;
    },
  };
}
