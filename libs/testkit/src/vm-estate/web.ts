import type { Dice } from '../dice.js';
import { emitDjango, emitGunicorn } from './django.js';
import { appNames, type AppName, type Estate } from './estate.js';
import { failureOf, type Failure } from './failures.js';
import { placeOrder } from './orders.js';
import { accessTime, epochSeconds, haproxyTime, nginxTime } from './stamps.js';
import { pickView, type View } from './views.js';

/** Requests an hour at the full rate; each writes about four lines. */
const REQUESTS_PER_SECOND = 19;
const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0',
] as const;

/** A request on its way through the machines. */
interface Request {
  readonly at: number;
  readonly view: View;
  readonly path: string;
  readonly client: string;
  readonly balancer: 'lb1' | 'lb2';
  readonly app: AppName;
  readonly agent: string;
  readonly failure: Failure | undefined;
  readonly waitMillis: number;
  readonly bytes: number;
}

/** Lets visitors come. */
export function startVisitors(estate: Estate): void {
  const dice = estate.dice('visitors');
  estate.every(dice, 1000 / (REQUESTS_PER_SECOND * estate.load), (at) => {
    serve(estate, dice, at);
  });
}

function serve(estate: Estate, dice: Dice, at: number): void {
  const view = pickView(dice);
  const apps = appNames.filter((name) => !estate.health.drained.has(name));
  const failure = failureOf(estate, view, at);
  const request: Request = {
    at,
    view,
    path: view.path(dice),
    client: `${String(11 + dice.below(180))}.${String(dice.below(250))}.${String(dice.below(250))}.${String(1 + dice.below(250))}`,
    balancer: dice.chance(0.5) ? 'lb1' : 'lb2',
    app: apps[dice.below(apps.length)] ?? 'app1',
    agent: dice.pick(agents),
    failure,
    waitMillis: failure?.waitMillis ?? dice.between(8, 90) + storageLag(estate, dice, view),
    bytes: failure === undefined ? 3000 + dice.below(30_000) : 145,
  };
  if (view.usesCatalog || failure?.catalogError !== undefined) emitCatalog(estate, dice, request);
  if (failure === undefined) succeed(estate, dice, request);
  else fail(estate, dice, request, failure);
  emitAccess(estate, dice, request);
}

/** What a page takes longer while the storage of the database is slow, milliseconds. */
function storageLag({ health }: Estate, dice: Dice, view: View): number {
  return health.storage === 'slow' && view.usesDatabase ? dice.between(2050, 6800) : 0;
}

function emitCatalog(estate: Estate, dice: Dice, { at, view, failure, waitMillis }: Request): void {
  const error = failure?.catalogError;
  const took = dice.between(0.4, 9).toFixed(6);
  const text =
    error === undefined
      ? `"caller":"catalog/server.go:118","msg":"request served","method":"GET","path":"/v1/${view.name}","status":200,"took":${took},"request_id":"${dice.hex(16)}"`
      : `"caller":"tax/client.go:74","msg":"tax lookup failed","error":"${error}","attempt":3,"request_id":"${dice.hex(16)}"`;
  const level = error === undefined ? 'info' : 'error';
  estate.write(
    at + waitMillis * 0.6,
    estate.rotated('svc1', 'catalogd.log'),
    (clock) => `{"level":"${level}","ts":${epochSeconds(clock, dice.below(1000))},${text}}`,
  );
}

function succeed(estate: Estate, dice: Dice, { at, app, view, waitMillis }: Request): void {
  const done = at + waitMillis * 0.8;
  if (view.name === 'checkout') placeOrder(estate, dice, done, app);
  if (view.name === 'account') {
    const text = `user ${String(100 + dice.below(9000))} logged in`;
    emitDjango(estate, done, { app, level: 'INFO', module: 'auth', text });
  }
}

function fail(estate: Estate, dice: Dice, request: Request, failure: Failure): void {
  const { at, app, path, balancer, client } = request;
  const done = at + failure.waitMillis;
  if (failure.status === 504) {
    const pid = 2200 + dice.below(600);
    emitGunicorn(estate, done, {
      app,
      pid: 812,
      level: 'CRITICAL',
      text: `WORKER TIMEOUT (pid:${String(pid)})`,
    });
    emitGunicorn(estate, done + 900, {
      app,
      pid: 812,
      level: 'WARNING',
      text: `Worker with pid ${String(pid)} was terminated due to signal 9`,
    });
    emitGunicorn(estate, done + 930, {
      app,
      pid: pid + 700,
      level: 'INFO',
      text: `Booting worker with pid: ${String(pid + 700)}`,
    });
    estate.write(
      done,
      estate.rotated(balancer, 'nginx/error.log'),
      (clock) =>
        `${nginxTime(clock)} [error] 901#901: *${String(100_000 + dice.below(900_000))} upstream timed out (110: Connection timed out) while reading response header from upstream, client: ${client}, server: shop.example.com, request: "POST ${path} HTTP/2.0", upstream: "http://127.0.0.1:8080${path}", host: "shop.example.com"`,
    );
    return;
  }
  emitDjango(estate, done, {
    app,
    level: 'ERROR',
    module: 'log',
    text: `Internal Server Error: ${path}`,
    more: failure.trace,
  });
}

function emitAccess(estate: Estate, dice: Dice, request: Request): void {
  const { at, app, view, path, client, balancer, agent, failure, waitMillis } = request;
  const done = at + waitMillis;
  const bytes = String(request.bytes);
  const status = String(failure?.status ?? (view.method === 'POST' ? 302 : 200));
  if (failure?.status !== 504) {
    estate.write(
      done,
      estate.rotated(app, 'gunicorn/access.log'),
      (clock) =>
        `${estate.host(balancer).address} - - [${accessTime(clock)}] "${view.method} ${path} HTTP/1.0" ${status} ${bytes} "-" "${agent}" ${String(Math.round(waitMillis * 900))}`,
    );
  }
  const timers = `0/0/1/${String(Math.round(waitMillis))}/${String(Math.round(waitMillis) + 1)}`;
  const flags = failure?.status === 504 ? 'sH--' : '----';
  const open = `${String(5 + dice.below(30))}/${String(5 + dice.below(30))}`;
  estate.syslog(done + 1, {
    host: balancer,
    program: 'haproxy[774]',
    file: 'haproxy.log',
    text: `127.0.0.1:${String(32_768 + dice.below(28_000))} [${haproxyTime(at)}] fe_shop be_shop/${app} ${timers} ${status} ${bytes} - - ${flags} ${open}/2/0/0 0/0 "${view.method} ${path} HTTP/1.1"`,
  });
  estate.write(
    done + 2,
    estate.rotated(balancer, 'nginx/access.log'),
    (clock) =>
      `${client} - - [${accessTime(clock)}] "${view.method} ${path} HTTP/2.0" ${status} ${bytes} "https://shop.example.com/" "${agent}"`,
  );
}
