/** Injection token of what takes requests over HTTP. */
export const INGEST_SERVICE = Symbol('culprit.ingest.service');

/** Injection token of the way every line takes. */
export const INTAKE = Symbol('culprit.ingest.intake');

/** Injection token of the ports beside the HTTP port. */
export const PORTS = Symbol('culprit.ingest.ports');
