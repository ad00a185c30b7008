import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../config.js';
import {
  kafkaConfigSchema,
  kafkaTlsOf,
  saslOf,
  serviceConfigSchema,
  tlsOf,
  type KafkaConfig,
} from './service-config.js';

const directory = mkdtempSync(join(tmpdir(), 'culprit-tls-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function kafka(settings: Readonly<Record<string, string>>): KafkaConfig {
  const named = Object.entries(settings).map(([key, value]) => [`CULPRIT_KAFKA_${key}`, value]);
  return loadConfig(
    { kafka: kafkaConfigSchema },
    { CULPRIT_KAFKA_BROKERS: 'a:9092,b:9092', ...Object.fromEntries(named) },
  ).kafka;
}

/** Names of the variables that are refused. */
function refused(settings: Readonly<Record<string, string>>): readonly string[] {
  try {
    kafka(settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ key }) => key);
    throw error;
  }
  return [];
}

function file(name: string): string {
  writeFileSync(join(directory, name), name);
  return join(directory, name);
}

function service(settings: Readonly<Record<string, string>>) {
  return loadConfig({ service: serviceConfigSchema }, settings).service;
}

describe('the settings of the brokers', () => {
  it('connect without a login and without encryption where nothing is said', () => {
    const settings = kafka({});
    expect(settings.brokers).toEqual(['a:9092', 'b:9092']);
    expect([saslOf(settings, {}), kafkaTlsOf(settings)]).toEqual([undefined, undefined]);
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'log in by %s with a name and a password',
    (mechanism) => {
      const login = { SASL_MECHANISM: mechanism, SASL_USERNAME: 'culprit', SASL_PASSWORD: 'secret' };
      expect(saslOf(kafka(login), {})).toEqual({ mechanism, username: 'culprit', password: 'secret' });
      expect(refused({ SASL_MECHANISM: mechanism })).toEqual(['CULPRIT_KAFKA_SASL_USERNAME']);
    },
  );

  it('log in at Amazon MSK with the role of the process, over encrypted connections only', () => {
    const login = { SASL_MECHANISM: 'aws-msk-iam', SASL_REGION: 'eu-west-1' };
    const environment = { AWS_ROLE_ARN: 'arn' };
    expect(saslOf(kafka({ ...login, TLS: 'true' }), environment)).toEqual({
      mechanism: 'aws-msk-iam',
      region: 'eu-west-1',
      environment,
    });
    expect(refused(login)).toEqual(['CULPRIT_KAFKA_TLS']);
    expect(refused({ SASL_MECHANISM: 'aws-msk-iam', TLS: 'true' })).toEqual(['CULPRIT_KAFKA_SASL_REGION']);
  });

  it('read the certificates of brokers and of this process from files', () => {
    expect(kafkaTlsOf(kafka({ TLS: 'true' }))).toEqual({ ca: undefined, cert: undefined, key: undefined });
    const files = {
      TLS: 'true',
      TLS_AUTHORITY_FILE: file('authority'),
      TLS_CERTIFICATE_FILE: file('certificate'),
      TLS_KEY_FILE: file('key'),
    };
    expect(kafkaTlsOf(kafka(files))).toEqual({ ca: 'authority', cert: 'certificate', key: 'key' });
    expect(refused({ TLS: 'true', TLS_KEY_FILE: 'alone' })).toEqual(['CULPRIT_KAFKA_TLS_KEY_FILE']);
  });
});

describe('the settings of gRPC', () => {
  it('encrypt with a certificate, and ask for one where authorities are named', () => {
    expect(tlsOf(service({}))).toBeUndefined();
    const files = { CULPRIT_SERVICE_TLS_CERTIFICATE_FILE: 'c.pem', CULPRIT_SERVICE_TLS_KEY_FILE: 'k.pem' };
    expect(tlsOf(service(files))).toEqual({
      certificateFile: 'c.pem',
      keyFile: 'k.pem',
      authorityFile: undefined,
    });
    expect(tlsOf(service({ ...files, CULPRIT_SERVICE_TLS_AUTHORITY_FILE: 'a.pem' }))).toMatchObject({
      authorityFile: 'a.pem',
    });
    expect(() => service({ CULPRIT_SERVICE_TLS_KEY_FILE: 'k.pem' })).toThrow('TLS_KEY_FILE');
  });
});
