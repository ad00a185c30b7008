const ERROR_WORDS = /\b(?:ERROR|CRITICAL|FATAL|PANIC|SEVERE|Traceback|\w*(?:Error|Exception))\b/;

/** True for what everybody searches for first. */
export function isErrorText(text: string): boolean {
  return ERROR_WORDS.test(text);
}
