const mask = '*';

/** What may be a secret; the named group is what is masked. Every repetition is bounded, so no input makes them slow. */
const secretPatterns: readonly RegExp[] = [
  // A key that says so, quoted or not, and what follows it: password=…, "api_key": "…", token: …
  /(?:passw(?:or)?d|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["']{0,2}\s{0,4}[:=]\s{0,4}["']?(?<secret>[\w.~+/=$@!#%^*():|?\\\u0080-\u00ff-]{1,512})/dgi,
  // An authorization header: the scheme stays.
  /\b(?:bearer|basic)\s{1,4}(?<secret>[\w.~+/=-]{8,2048})/dgi,
  // A password inside a URL.
  /:\/\/[^\s:/@]{1,128}:(?<secret>[^\s:/@]{1,256})@/dg,
  // A JSON web token, wherever it stands.
  /\b(?<secret>eyJ[\w-]{8,2048}\.[\w-]{8,4096}\.[\w-]{0,1024})/dg,
];

/**
 * The payload with what looks like a secret masked by `*`, byte for byte of the same length: values of keys such as
 * `password`, authorization headers, passwords in URLs, JSON web tokens. A best effort for what a person will read,
 * not a guarantee. Bytes that are no text pass through. O(payload length).
 */
export function redactSecrets(payload: Uint8Array): Uint8Array {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1');
  const redacted = payload.slice();
  for (const pattern of secretPatterns) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
      redacted.fill(mask.charCodeAt(0), start, end);
    }
  }
  return redacted;
}
