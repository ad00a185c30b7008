/** Severity from which a record says that something failed: ERROR of OpenTelemetry. */
export const errorSeverity = 17;
