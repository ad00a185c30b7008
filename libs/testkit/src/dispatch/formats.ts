import { milliDigits, threeDigits } from '../time-text.js';
import type { Platform, Pod } from './platform.js';

/** Members of a JSON line, in order. */
export type Fields = Readonly<Record<string, string | number | boolean | null | object>>;

type Level = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

const PINO_LEVELS: Readonly<Record<Level, number>> = { DEBUG: 20, INFO: 30, WARN: 40, ERROR: 50 };
const LOGGER_WIDTH = 40;

/** The time by the clock of a pod's machine. */
function clock(pod: Pod, at: number): number {
  return Math.floor(at) + pod.machine.skewMillis;
}

function microsOf(at: number): number {
  return (Math.floor(at) * 7919) % 1000;
}

/** Spring Boot 3 with logback. */
export function spring(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: Level; readonly thread?: string; readonly logger: string; readonly text: string },
): void {
  const { level = 'INFO', thread = 'nio-8080-exec-1', logger, text } = line;
  platform.write(
    at,
    pod,
    `${platform.time.isoMillis(clock(pod, at))} ${level.padStart(5)} 1 --- [${pod.workload}] [${thread.padStart(15).slice(-15)}] ${logger.padEnd(LOGGER_WIDTH)} : ${text}`,
  );
}

/** Zap in production mode. */
export function zap(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: Level; readonly caller: string; readonly msg: string; readonly fields?: Fields },
): void {
  const { level = 'INFO', caller, msg, fields = {} } = line;
  const now = clock(pod, at);
  const ts = `${String(Math.floor(now / 1000))}.${milliDigits(now)}${threeDigits(microsOf(at))}`;
  const members = JSON.stringify(fields).slice(1, -1);
  platform.write(
    at,
    pod,
    `{"level":"${level.toLowerCase()}","ts":${ts},"caller":"${caller}","msg":"${msg}"${members === '' ? '' : `,${members}`}}`,
  );
}

/** Pino with its standard members. */
export function pino(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: Level; readonly msg: string; readonly fields?: Fields },
): void {
  const { level = 'INFO', msg, fields = {} } = line;
  platform.write(
    at,
    pod,
    JSON.stringify({
      level: PINO_LEVELS[level],
      time: clock(pod, at),
      pid: 1,
      hostname: pod.name,
      ...fields,
      msg,
    }),
  );
}

/** The text handler of Go's slog. */
export function slog(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: Level; readonly msg: string; readonly pairs?: string },
): void {
  const { level = 'INFO', msg, pairs = '' } = line;
  platform.write(
    at,
    pod,
    `time=${platform.time.isoMillis(clock(pod, at))} level=${level} msg=${JSON.stringify(msg)}${pairs === '' ? '' : ` ${pairs}`}`,
  );
}

/** Python's logging module. */
export function python(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: string; readonly logger: string; readonly text: string },
): void {
  const { level = 'INFO', logger, text } = line;
  const stamp = platform.time.spring(clock(pod, at)).replace('.', ',');
  platform.write(at, pod, `${stamp} ${level} ${logger} ${text}`);
}

/** A worker of Celery. */
export function celery(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: string; readonly process: string; readonly text: string },
): void {
  const { level = 'INFO', process, text } = line;
  const stamp = platform.time.spring(clock(pod, at)).replace('.', ',');
  platform.write(at, pod, `[${stamp}: ${level}/${process}] ${text}`);
}

/** Klog, as controllers and client-go write. */
export function klog(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: 'I' | 'W' | 'E' | 'F'; readonly file: string; readonly text: string },
): void {
  const { level = 'I', file, text } = line;
  platform.write(
    at,
    pod,
    `${level}${platform.time.klog(clock(pod, at), microsOf(at))}       1 ${file}] ${text}`,
  );
}

/** PostgreSQL with `%m [%p] %q%u@%d `. */
export function postgres(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly process: number; readonly user?: string; readonly text: string },
): void {
  const { process, user, text } = line;
  const who = user === undefined ? '' : `${user}@dispatch `;
  platform.write(at, pod, `${platform.time.spring(clock(pod, at))} UTC [${String(process)}] ${who}${text}`);
}

/** `1:M 01 Mar 2026 08:00:00.123 * text` */
export function redis(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly process?: string; readonly mark?: '*' | '#'; readonly text: string },
): void {
  const { process = '1:M', mark = '*', text } = line;
  const now = clock(pod, at);
  const [day = '', month = '', rest = ''] = platform.time.commonLog(now).split('/');
  const stamp = `${day} ${month} ${rest.slice(0, 4)} ${rest.slice(5, 13)}.${milliDigits(now)}`;
  platform.write(at, pod, `${process} ${stamp} ${mark} ${text}`);
}

/** Log4j as a Kafka broker has it. */
export function kafka(
  platform: Platform,
  at: number,
  pod: Pod,
  line: { readonly level?: Level; readonly logger: string; readonly text: string },
): void {
  const { level = 'INFO', logger, text } = line;
  const stamp = platform.time.spring(clock(pod, at)).replace('.', ',');
  platform.write(at, pod, `[${stamp}] ${level} ${text} (${logger})`);
}

/** RabbitMQ 3.9 and later. */
export function rabbit(
  platform: Platform,
  at: number,
  pod: Pod,
  line: {
    readonly level?: 'info' | 'warning' | 'error';
    readonly process: string;
    readonly text: string;
  },
): void {
  const { level = 'info', process, text } = line;
  const stamp = `${platform.time.spring(clock(pod, at))}${threeDigits(microsOf(at))}+00:00`;
  platform.write(at, pod, `${stamp} [${level}] <0.${process}.0> ${text}`);
}

/** The access log of Envoy in its default form. */
export function envoy(
  platform: Platform,
  at: number,
  pod: Pod,
  request: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly bytes: number;
    readonly millis: number;
    readonly id: string;
    readonly agent: string;
    readonly client: string;
    readonly upstream: string;
  },
): void {
  const { method, path, status, bytes, millis, id, agent, client, upstream } = request;
  const took = String(Math.round(millis));
  platform.write(
    at,
    pod,
    `[${platform.time.isoMillis(clock(pod, at - millis))}] "${method} ${path} HTTP/2" ${String(status)} - ${String(bytes)} ${String(90 + (bytes % 400))} ${took} ${took} "${client}" "${agent}" "${id}" "api.parcelwing.example" "${upstream}"`,
  );
}
