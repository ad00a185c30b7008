/** What part of a whole something is, as people say it: `98 %`, `< 1 %`. @param whole more than 0 */
export function shareText(part: number, whole: number): string {
  const percent = (part / Math.max(1, whole)) * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  // All is said of all only.
  return `${part < whole ? Math.min(99, Math.round(percent)) : 100} %`;
}
