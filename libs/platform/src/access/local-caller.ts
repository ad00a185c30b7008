/** What of a request tells where it comes from. */
export interface CallerTraits {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly ip: string;
  readonly method: string;
}

export function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');
}

/** True where another web site made a browser send this. Following a link to a page is fine; whatever else it starts is not. */
export function isOfOtherSite({ method, headers }: CallerTraits): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  return !(
    method === 'GET' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
}

/**
 * True where a browser says that a page of this very site sent the request, or where somebody typed the address.
 * A cookie alone proves nothing: it comes along with what other sites start.
 */
export function isOfOwnSite({ headers }: CallerTraits): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site === 'same-origin' || site === 'none';
  const { origin, host } = headers;
  return typeof origin === 'string' && URL.parse(origin)?.host === host;
}

/** True for IP literals and `localhost`, names that DNS cannot turn against us; also when there is no header. */
export function isLocalHostHeader(host: string | readonly string[] | undefined): boolean {
  if (host === undefined) return true;
  if (typeof host !== 'string') return false;
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] ?? '');
  return name === 'localhost' || name.endsWith('.localhost') || name.startsWith('[') || /^[\d.]+$/.test(name);
}
