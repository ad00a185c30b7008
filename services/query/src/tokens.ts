/** Injection tokens of this module. */
export const STORE = Symbol('culprit.query.store');
export const SCANS = Symbol('culprit.query.scans');
export const DECISIONS = Symbol('culprit.query.decisions');
export const RULES = Symbol('culprit.query.rules');
export const OVERVIEW = Symbol('culprit.query.overview');
export const FEED = Symbol('culprit.query.feed');
export const CONSOLE_FILES = Symbol('culprit.query.console-files');
export const CHANNELS = Symbol('culprit.query.channels');
export const NOTIFICATIONS = Symbol('culprit.query.notifications');
export const NOTIFIER = Symbol('culprit.query.notifier');
export const SUMMARIES = Symbol('culprit.query.summaries');
export const TOKENS = Symbol('culprit.query.tokens');
export const SIGN_IN = Symbol('culprit.query.sign-in');
export const AUDIT = Symbol('culprit.query.audit');
export const CARE = Symbol('culprit.query.care');
