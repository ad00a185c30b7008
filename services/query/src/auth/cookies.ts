/** What a cookie is set with. */
export interface CookieOptions {
  /** Only over encrypted connections. */
  readonly isSecure: boolean;
  /** `Strict`: never sent with what another site starts; `Lax`: only where somebody comes here from there. */
  readonly sameSite: 'Strict' | 'Lax';
  readonly path: string;
  /** 0 takes the cookie away. */
  readonly maxAgeSeconds: number;
}

/** The value of a cookie in a `Cookie` header. Source: RFC 6265, 4.2.1. */
export function cookieIn(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key = '', value = ''] = pair.trim().split(/=(.*)/s, 2);
    if (key === name) return value;
  }
  return undefined;
}

/** A `Set-Cookie` header that no script can read. @param value letters, digits, `_`, `-` and `.` only */
export function setCookie(name: string, value: string, options: CookieOptions): string {
  const { isSecure, sameSite, path, maxAgeSeconds } = options;
  const secure = isSecure ? '; Secure' : '';
  return `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`;
}
