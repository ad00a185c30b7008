/** What a found value is; its name stands in the pseudonym that replaces it. */
export const secretKinds = [
  'password',
  'secret',
  'token',
  'jwt',
  'key',
  'cookie',
  'private-key',
  'card',
  'email',
] as const;
export type SecretKind = (typeof secretKinds)[number];

/** Parts of a policy: what is looked for. `secrets` is everything but card numbers and e-mail addresses. */
export const redactionGroups = ['secrets', 'cards', 'emails'] as const;
export type RedactionGroup = (typeof redactionGroups)[number];
