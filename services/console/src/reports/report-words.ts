/** `first of its kind`, or how often there was one like it. */
export function occurrenceText(occurrence: number): string {
  return occurrence === 1 ? 'first of its kind' : `${ordinal(occurrence)} of its kind`;
}

function ordinal(number: number): string {
  const tens = number % 100;
  if (tens >= 11 && tens <= 13) return `${number}th`;
  return `${number}${['th', 'st', 'nd', 'rd'][number % 10] ?? 'th'}`;
}

/** `1 new report`, `2 new reports, 1 changed`. */
export function newsText(newCount: number, changedCount: number): string {
  const parts = [
    newCount === 0 ? '' : `${newCount} new report${newCount === 1 ? '' : 's'}`,
    changedCount === 0 ? '' : `${changedCount} changed`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
