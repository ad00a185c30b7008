/** What the form of a new token asks the API for: a purpose is a kind, or the role of a user token. */
export function newTokenBody(form: FormData): Readonly<Record<string, unknown>> {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const purpose = text('purpose');
  const isSending = purpose === 'ingest' || purpose === 'forward';
  return {
    name: text('name'),
    ...(isSending ? { kind: purpose } : { kind: 'user', role: purpose }),
    ...(isSending && text('environment') !== '' ? { environment: text('environment') } : {}),
    ...(text('expiresInDays') === '' ? {} : { expiresInDays: Number(text('expiresInDays')) }),
  };
}
