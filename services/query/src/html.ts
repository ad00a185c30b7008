import { toDisplayText } from '@culprit/kernel';

/** Text that is HTML already; only {@link html} makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: everything but Html is escaped. */
export type HtmlValue = string | number | Html | readonly Html[];

const entityByCharacter: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Template tag that escapes every value, so that log text can never become markup: control characters, colours and
 * direction marks become visible or vanish first, then HTML's five characters become entities. Quote attributes.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, i) => {
    text += htmlTextOf(value) + (parts[i + 1] ?? '');
  });
  return new Html(text);
}

function htmlTextOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return toDisplayText(String(value)).replaceAll(
    /[&<>"']/g,
    (character) => entityByCharacter[character] ?? '',
  );
}
