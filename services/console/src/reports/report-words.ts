/** `1 new report`, `2 new reports, 1 changed`. */
export function newsText(newCount: number, changedCount: number): string {
  const parts = [
    newCount === 0 ? '' : `${newCount} new report${newCount === 1 ? '' : 's'}`,
    changedCount === 0 ? '' : `${changedCount} changed`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
