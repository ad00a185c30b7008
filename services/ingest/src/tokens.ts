/** Injection token of the one service of this module. */
export const INGEST_SERVICE = Symbol('culprit.ingest.service');
