/** What a parameter's value looks like. `text` is everything that has no narrower form. */
export type ParameterType =
  | 'number'
  | 'quantity'
  | 'hex'
  | 'uuid'
  | 'ip'
  | 'url'
  | 'path'
  | 'date-time'
  | 'boolean'
  | 'identifier'
  | 'text';

const maxTypedLength = 512;

const forms: readonly (readonly [ParameterType, RegExp])[] = [
  ['boolean', /^(?:true|false)$/i],
  ['number', /^[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,4})?%?$/],
  ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ['ip', /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5}|\/\d{1,2})?$/],
  ['ip', /^\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\]?(?::\d{1,5})?$/i],
  [
    'date-time',
    /^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/,
  ],
  ['date-time', /^\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?$/],
  [
    'quantity',
    /^[+-]?\d{1,40}(?:\.\d{1,40})?(?:ns|[uµμ]s|ms|s|min|m|h|d|[kKMGTP]?i?[bB](?:\/s)?|[kKMGTP]i|kHz|[MG]Hz)$/,
  ],
  ['hex', /^(?:0x[0-9a-f]{1,64}|(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,128})$/i],
  ['url', /^[a-z][a-z0-9+.-]{1,15}:\/\/\S{1,480}$/i],
  ['path', /^(?:\/|\.{1,2}\/|~\/|[A-Z]:\\)[^\s]{0,480}$/i],
  ['identifier', /^(?=[^\s]*\d)[A-Za-z0-9_][A-Za-z0-9_.:@#-]{0,255}$/],
];

/**
 * The type of a parameter value, by its form alone.
 *
 * @param value text at a template's `<*>`; values above 512 characters are `text`
 * @returns the first form that fits, from the narrowest to the widest; every form is bounded and linear in the length
 */
export function parameterTypeOf(value: string): ParameterType {
  if (value.length > maxTypedLength) return 'text';
  return forms.find(([, form]) => form.test(value))?.[0] ?? 'text';
}
