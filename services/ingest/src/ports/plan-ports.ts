import type { Access, AccessLedger, TlsSource } from '@culprit/platform';
import type { IngestConfig } from '../config.js';
import { ForwardPort } from '../doors/forward/forward.port.js';
import { SyslogPort } from '../doors/syslog/syslog.port.js';
import { OtlpGrpcPort } from '../doors/otlp/otlp-grpc.port.js';
import type { Intake } from '../intake.js';
import { HttpAliasPort } from './http-alias.port.js';
import type { Route } from './http-alias.port.js';
import type { PlannedPort } from './port-group.js';

/** All ports beside the HTTP port, in the order they are told about. */
export function planPorts(
  config: IngestConfig,
  parts: {
    readonly intake: Intake;
    readonly access: Access;
    readonly ledger: AccessLedger | undefined;
    readonly tls: TlsSource | undefined;
    readonly route: Route;
  },
): readonly PlannedPort[] {
  const { intake, access, ledger, tls, route } = parts;
  return [
    {
      port: new OtlpGrpcPort(intake, access, tls),
      usual: 4317,
      setting: config.grpcPort,
      variable: 'CULPRIT_INGEST_GRPC_PORT',
    },
    {
      port: new HttpAliasPort('OTLP/HTTP', route, tls),
      usual: 4318,
      setting: config.otlpPort,
      variable: 'CULPRIT_INGEST_OTLP_PORT',
    },
    {
      port: new ForwardPort({ intake, access, ledger, tls, sharedKey: config.forwardSharedKey }),
      usual: 24_224,
      setting: config.forwardPort,
      variable: 'CULPRIT_INGEST_FORWARD_PORT',
    },
    {
      port: new SyslogPort(intake, access, tls),
      usual: 5514,
      setting: config.syslogPort,
      variable: 'CULPRIT_INGEST_SYSLOG_PORT',
    },
  ];
}
