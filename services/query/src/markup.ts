import { toDisplayText } from '@culprit/kernel';

/** Text that is HTML already; only {@link markup} makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: everything but Markup is escaped. */
export type MarkupValue = string | number | Markup | readonly Markup[];

const entityByCharacter: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Template tag that escapes every value, so that log text can never become markup: control characters, colours and
 * direction marks become visible or vanish first, then the five characters of HTML become entities. Quote attributes.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let text = parts[0] ?? '';
  values.forEach((value, i) => {
    text += markupTextOf(value) + (parts[i + 1] ?? '');
  });
  return new Markup(text);
}

function markupTextOf(value: MarkupValue): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return toDisplayText(String(value)).replaceAll(
    /[&<>"']/g,
    (character) => entityByCharacter[character] ?? '',
  );
}
