import type { AppName, Estate } from './estate.js';
import { commaMillis, zonedSeconds } from './stamps.js';

/** A record of the application's log. */
export interface DjangoRecord {
  readonly app: AppName;
  readonly level: 'INFO' | 'WARNING' | 'ERROR';
  readonly module: string;
  readonly text: string;
  /** A traceback and the like, already in lines. */
  readonly more?: readonly string[];
}

/** Writes a record of Django's verbose formatter, its traceback below it. */
export function emitDjango(estate: Estate, at: number, record: DjangoRecord): void {
  const { app, level, module, text, more = [] } = record;
  const thread = `${String(1200 + Number(app.slice(3)))} 14012873${app.slice(3)}91904`;
  estate.write(at, estate.rotated(app, 'shop/django.log'), (clock) => [
    `${level} ${commaMillis(clock)} ${module} ${thread} ${text}`,
    ...more,
  ]);
}

/** Writes a line of gunicorn's error log, where its own messages of all levels go. */
export function emitGunicorn(
  estate: Estate,
  at: number,
  line: {
    readonly app: AppName;
    readonly pid: number;
    readonly level: 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';
    readonly text: string;
  },
): void {
  estate.write(
    at,
    estate.rotated(line.app, 'gunicorn/error.log'),
    (clock) => `[${zonedSeconds(clock)}] [${String(line.pid)}] [${line.level}] ${line.text}`,
  );
}

const frames = (...calls: readonly (readonly [file: string, line: number, name: string, code: string])[]) =>
  calls.flatMap(([file, line, name, code]) => [
    `  File "${file}", line ${String(line)}, in ${name}`,
    `    ${code}`,
  ]);

const packages = '/srv/shop/venv/lib/python3.9/site-packages';
const header = 'Traceback (most recent call last):';

const handler = frames(
  [`${packages}/django/core/handlers/exception.py`, 47, 'inner', 'response = get_response(request)'],
  [
    `${packages}/django/core/handlers/base.py`,
    181,
    '_get_response',
    'response = wrapped_callback(request, *callback_args, **callback_kwargs)',
  ],
);

/** A view that ends in an exception. `code` is the failing line of the view. */
export function viewTrace(view: string, line: number, code: string, error: string): readonly string[] {
  return [
    header,
    ...handler,
    ...frames([`/srv/shop/releases/current/shop/${view}/views.py`, line, 'post', code]),
    error,
  ];
}

/** A database error as Django chains it: the driver's, then its own. */
export function databaseTrace(error: string): readonly string[] {
  return [
    header,
    ...frames([`${packages}/django/db/backends/base/base.py`, 219, 'ensure_connection', 'self.connect()']),
    ...frames([`${packages}/psycopg2/__init__.py`, 122, 'connect', 'conn = _connect(dsn, **kwasync)']),
    ...`psycopg2.OperationalError: ${error}`.split('\n'),
    '',
    'The above exception was the direct cause of the following exception:',
    '',
    header,
    ...handler,
    ...frames([`${packages}/django/db/models/query.py`, 250, '__iter__', 'self._fetch_all()']),
    ...`django.db.utils.OperationalError: ${error}`.split('\n'),
  ];
}

/** An error reply of Redis. */
export function redisTrace(error: string): readonly string[] {
  return [
    header,
    ...handler,
    ...frames(
      [
        `${packages}/django_redis/client/default.py`,
        157,
        'set',
        'return bool(client.set(nkey, nvalue, **params))',
      ],
      [`${packages}/redis/client.py`, 915, 'parse_response', 'response = connection.read_response()'],
    ),
    `redis.exceptions.ResponseError: ${error}`,
  ];
}

/** An HTTP error of a service outside. */
export function requestsTrace(view: string, error: string): readonly string[] {
  return [
    header,
    ...handler,
    ...frames(
      [`/srv/shop/releases/current/shop/${view}/client.py`, 61, 'charge', 'reply.raise_for_status()'],
      [
        `${packages}/requests/models.py`,
        943,
        'raise_for_status',
        'raise HTTPError(http_error_msg, response=self)',
      ],
    ),
    `requests.exceptions.HTTPError: ${error}`,
  ];
}

/** A name that cannot be resolved, as requests chains it. */
export function nameTrace(host: string): readonly string[] {
  const gaierror = '[Errno -3] Temporary failure in name resolution';
  return [
    header,
    ...frames([
      `${packages}/urllib3/util/connection.py`,
      72,
      'create_connection',
      'for res in socket.getaddrinfo(host, port, family, socket.SOCK_STREAM):',
    ]),
    `socket.gaierror: ${gaierror}`,
    '',
    'During handling of the above exception, another exception occurred:',
    '',
    header,
    ...handler,
    ...frames([
      `/srv/shop/releases/current/shop/payment/client.py`,
      58,
      'charge',
      'reply = self.session.post(url, json=body, timeout=10)',
    ]),
    `requests.exceptions.ConnectionError: HTTPSConnectionPool(host='${host}', port=443): Max retries exceeded with url: /v1/charges (Caused by NewConnectionError('Failed to establish a new connection: ${gaierror}'))`,
  ];
}
