export {
  AccessGuard,
  Caller,
  Tenant,
  accessRequestOf,
  handlerNameOf,
  principalIn,
} from './access/access.guard.js';
export { accessConfigShape } from './access/access-config.js';
export { Access, anonymousTenant } from './access/access.js';
export type { AccessOptions, AccessRequest, AccessToken, Principal } from './access/access.js';
export { AccessLedger, installationTenant, maxCredentials } from './access/ledger.js';
export { isLoopback, isOfOtherSite } from './access/local-caller.js';
export { digestOfSecret, kindOfSecret, newSecret } from './access/secret.js';
export {
  isForgettable,
  roles,
  rotated,
  stateOfToken,
  tokenKinds,
  tokenRecordSchema,
} from './access/token-record.js';
export type { Role, TokenDraft, TokenKind, TokenRecord, TokenState } from './access/token-record.js';
export { ConfigError, exitCodeConfig, loadConfig, variableName } from './config.js';
export type { Config, ConfigProblem, ConfigSchemas } from './config.js';
export { createStage } from './create-stage.js';
export type { StageDefinition, StageEnvironment } from './create-stage.js';
export { openGrpcClient } from './grpc/open-grpc-client.js';
export type { GrpcClient, GrpcClientOptions } from './grpc/grpc-client.js';
export type { GrpcOptions, GrpcService } from './grpc/grpc-server.js';
export type { TlsFiles } from './tls/tls-files.js';
export { createHealth } from './health.js';
export type { Health, Readiness, ReadinessCheck } from './health.js';
export { bodyStream } from './http-adapter.js';
export { createHttpApp, invalidRequest } from './http-app.js';
export type { HttpApp, HttpAppOptions } from './http-app.js';
export { closeOnSignal, describeFatal, systemClock } from './lifecycle.js';
export type { CloseOptions, FatalMessage } from './lifecycle.js';
export { createLogger, createNestLogger, silentLogger } from './logger.js';
export type { LogLevel, LoggerOptions } from './logger.js';
export { createMetrics } from './metrics.js';
export type { Counter, CounterFamily, Gauge, Histogram, Label, MetricFamily, Metrics } from './metrics.js';
export { createProcessMetrics } from './process-metrics.js';
export { openApiDocument } from './openapi/document.js';
export type { OpenApiDocument, OpenApiOperation } from './openapi/document.js';
export { Operation } from './openapi/operation.js';
export type { OperationDescription } from './openapi/operation.js';
export { connectStore } from './service/connect-store.js';
export type { StoreConfig, StoreMeeting } from './service/connect-store.js';
export { openStage } from './service/open-stage.js';
export { runService } from './service/run-service.js';
export type { ServiceDefinition, ServiceParts } from './service/run-service.js';
export { snapshotConfigShape, stageConfigShape, storeConfigSchema } from './service/service-config.js';
export { PlatformModule, controllersOf } from './platform.module.js';
export type { PlatformParts } from './platform.module.js';
export { RequestError, problemOf } from './problem.js';
export type { FieldProblem, ProblemDetails, RequestErrorOptions } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { TlsSource, openTls, tlsConfigSchema } from './tls/tls-source.js';
export type { TlsConfig } from './tls/tls-source.js';
export { openTelemetry } from './telemetry/telemetry.js';
export type { Telemetry } from './telemetry/telemetry.js';
export { silentTracing, tracedHeaders } from './telemetry/tracing.js';
export type { ActiveSpan, SpanStart, Tracing } from './telemetry/tracing.js';
export { ACCESS, APP_INTERCEPTOR, CLOCK, HEALTH, LOGGER, METRICS, TRACING } from './tokens.js';
export type { StageOutput, StageState } from './stage-runner.js';
export type { StageService } from './stage-service.js';
