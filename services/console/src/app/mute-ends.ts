/** How long something can be muted: days, empty for ever, and the words for it. */
export const muteEnds = [
  ['1', 'for a day'],
  ['7', 'for a week'],
  ['30', 'for 30 days'],
  ['', 'for ever'],
] as const;

const millisPerDay = 86_400_000;

/** The end of a mute that begins now, as the API takes it. */
export function muteUntil(days: string): string | null {
  return days === '' ? null : new Date(Date.now() + Number(days) * millisPerDay).toISOString();
}
