import { TimeText, milliDigits } from '../time-text.js';

const HOUR = 3_600_000;
const common = new TimeText();

/** `2026-03-01 08:00:00,123`, the logging module of Python and log4j. */
export function commaMillis(millis: number): string {
  return common.spring(millis).replace('.', ',');
}

/** `2026-03-01 08:00:00 +0000`, gunicorn. */
export function zonedSeconds(millis: number): string {
  return `${common.spring(millis).slice(0, 19)} +0000`;
}

/** `2026-03-01 09:00:00.123 CET` or `… UTC`, PostgreSQL in the zone of its machine. */
export function postgresTime(millis: number, zone: 'UTC' | 'CET'): string {
  return `${common.spring(zone === 'CET' ? millis + HOUR : millis)} ${zone}`;
}

/** `2026-03-01 09:00:00,123 +0100`, log4j with the offset in its pattern. */
export function offsetMillis(millis: number): string {
  return `${commaMillis(millis + HOUR)} +0100`;
}

/** `01 Mar 2026 08:00:00.123`, Redis. */
export function redisTime(millis: number): string {
  const [day = '', month = '', rest = ''] = common.commonLog(millis).split('/');
  return `${day} ${month} ${rest.slice(0, 4)} ${rest.slice(5, 13)}.${milliDigits(millis)}`;
}

/** `01/Mar/2026:08:00:00.123`, HAProxy. */
export function haproxyTime(millis: number): string {
  return `${common.commonLog(millis).slice(0, 20)}.${milliDigits(millis)}`;
}

/** `Mar  1 08:00:00`, RFC 3164. */
export function syslogTime(millis: number): string {
  return common.syslog(millis);
}

/** `2026/03/01 08:00:00`, the error log of nginx. */
export function nginxTime(millis: number): string {
  return common.slashes(millis);
}

/** `01/Mar/2026:08:00:00 +0000`, access logs. */
export function accessTime(millis: number): string {
  return common.commonLog(millis);
}

/** `2026-03-01 08:00:00.123`, RabbitMQ 3.8. */
export function plainMillis(millis: number): string {
  return common.spring(millis);
}

/** `2026-03-01`, for names of files. */
export function dateOf(millis: number): string {
  return common.spring(millis).slice(0, 10);
}

/** `2026-03-01T08:00:00Z`, as Go prints a time in its errors. */
export function isoSeconds(millis: number): string {
  return common.isoSeconds(millis);
}

/** Seconds since the epoch with a fraction, zap's default. */
export function epochSeconds(millis: number, micros: number): string {
  return `${String(Math.floor(millis / 1000))}.${milliDigits(millis)}${String(micros).padStart(3, '0')}`;
}
