/** Severity from which a record says that something failed: ERROR of the OpenTelemetry log data model. */
export const errorSeverity = 17;
