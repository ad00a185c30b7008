import { formatClock, formatDay, toMillis, zoneName } from '../time/format-time.js';
import { usePreferences } from './preferences.js';

/** A time of day in the reader's zone; the whole time with its nine digits when one points at it. */
export function Clock({ time, precise = false }: { readonly time: string; readonly precise?: boolean }) {
  const { zone } = usePreferences();
  return (
    <time dateTime={time} title={time}>
      {formatClock(toMillis(time), zone, precise ? 'millis' : 'seconds')}
    </time>
  );
}

/** `24 Nov 2026, 11:05:29 UTC`. */
export function Moment({ time }: { readonly time: string }) {
  const { zone } = usePreferences();
  const millis = toMillis(time);
  return (
    <time dateTime={time} title={time}>
      {formatDay(millis, zone)}, {formatClock(millis, zone)} {zoneName(zone, millis)}
    </time>
  );
}

/** `24 Nov 11:05:29`, for columns that say elsewhere which zone is meant. */
export function ShortMoment({ time }: { readonly time: string }) {
  const { zone } = usePreferences();
  const millis = toMillis(time);
  const day = formatDay(millis, zone).split(' ').slice(0, 2).join(' ');
  return (
    <time dateTime={time} title={time}>
      {day} {formatClock(millis, zone)}
    </time>
  );
}

/** The zone that times are shown in. */
export function ZoneName() {
  const { zone } = usePreferences();
  return zoneName(zone, Date.now());
}
