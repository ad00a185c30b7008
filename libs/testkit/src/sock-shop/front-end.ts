import type { Shop, Visitor } from './shop.js';

/** One HTTP request as the shop's web server saw it. */
export interface WebRequest {
  /** Absent for pages that are the same for everybody. */
  readonly visitor: Visitor | undefined;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly status: number;
  /** Milliseconds. */
  readonly took: number;
  /** Bytes of the body, where the server knows it beforehand. */
  readonly length?: number;
}

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/93.0.4577.63 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1.2 Safari/605.1.15',
] as const;

/**
 * The line of morgan's `dev` format, coloured by status, and the ingress controller's access line.
 *
 * @returns milliseconds until the next request of the same client
 */
export function frontEndRequest(shop: Shop, at: number, request: WebRequest): number {
  const pod = request.visitor?.pod ?? shop.pod('front-end');
  shop.say(at, pod, morganText(request));
  accessLog(shop, at + 1, request, pod.ip);
  return 2 + request.took;
}

/** morgan `dev`: 2xx green, 3xx cyan, 4xx yellow, 5xx red. */
export function morganText(request: WebRequest): string {
  const { method, path, status } = request;
  const colour = status >= 500 ? 31 : status >= 400 ? 33 : status >= 300 ? 36 : 32;
  const length = request.length === undefined ? '-' : String(request.length);
  return `\u001b[0m${method} ${path} \u001b[${String(colour)}m${String(status)} \u001b[0m${request.took.toFixed(3)} ms - ${length}\u001b[0m`;
}

function accessLog(shop: Shop, at: number, request: WebRequest, upstream: string): void {
  const { dice } = shop;
  const isBrowser = request.visitor?.isBrowser === true;
  const agent = isBrowser ? dice.pick(AGENTS) : 'python-requests/2.26.0';
  const client = isBrowser
    ? `84.17.${String(dice.below(256))}.${String(dice.below(256))}`
    : shop.loadGeneratorIp;
  const seconds = (request.took / 1000).toFixed(3);
  const size = String(request.length ?? 120 + dice.below(900));
  shop.say(
    at,
    shop.pod('ingress-nginx'),
    `${client} - - [${shop.world.text.commonLog(at)}] "${request.method} ${request.path} HTTP/1.1" ${String(request.status)} ${size} "-" "${agent}" ` +
      `${String(200 + dice.below(400))} ${seconds} [sock-shop-front-end-80] [] ${upstream}:8079 ${size} ${seconds} ${String(request.status)} ${dice.hex(32)}`,
  );
}
