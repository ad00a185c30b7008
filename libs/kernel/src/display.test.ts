import { describe, expect, it } from 'vitest';
import { toDisplayText } from './index.js';

describe('toDisplayText', () => {
  it('removes colour sequences and keeps the text between them', () => {
    expect(toDisplayText('\u001b[32m200\u001b[0m ok')).toBe('200 ok');
  });

  it('shows control characters and bidirectional overrides as escapes', () => {
    expect(toDisplayText('a\u0007b\u202ec\u0000')).toBe('a\\u{7}b\\u{202e}c\\u{0}');
  });

  it('keeps line feeds, tabs and text of any script', () => {
    expect(toDisplayText('a\n\tgrün 日本')).toBe('a\n\tgrün 日本');
  });

  it('does not swallow text after a broken escape sequence', () => {
    expect(toDisplayText('\u001b[3\nnext')).toBe('\nnext');
    expect(toDisplayText('x\u001b')).toBe('x');
  });
});
