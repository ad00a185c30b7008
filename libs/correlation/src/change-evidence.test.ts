import type { EnvironmentName, LogTypeName, TemplateId } from '@culprit/kernel';
import { toEpochNanos } from '@culprit/kernel';
import type { Anomaly } from '@culprit/scoring';
import { describe, expect, it } from 'vitest';
import { changeKindOf } from './change-evidence.js';
import { readableText } from './readable.js';

function anomalyOf(body: string, logType = 'node/app'): Anomaly {
  const source = {
    environment: 'test' as EnvironmentName,
    logType: logType as LogTypeName,
    namespace: '',
    service: '',
    pod: '',
    container: '',
    host: '',
  };
  const event = {
    eventId: '1',
    time: toEpochNanos(0),
    source,
    severity: 0,
    templateId: '0123456789abcdef' as TemplateId,
    message: '',
    body,
    parameters: [],
    hasStackTrace: false,
  };
  return { event, surprise: 5, badness: 0, evidence: [], count: 1 };
}

const kindOf = (body: string, logType?: string): string | undefined => changeKindOf(anomalyOf(body, logType));
const read = (body: string): string => readableText(anomalyOf(body), 100);

describe('change evidence', () => {
  it('knows the reasons Kubernetes gives, in every spelling of an event', () => {
    expect(kindOf('type=Normal reason=ScalingReplicaSet kind=Deployment name=shop')).toBe('ordinary');
    expect(kindOf('count = 1 kind = Pod reason = BackOff msg = Back-off restarting')).toBe('alarming');
    expect(kindOf('{"reason":"OOMKilling","involvedObject":{"kind":"Node"}}')).toBe('alarming');
  });

  it('takes a reason Kubernetes does not know for a change of unknown kind', () => {
    expect(kindOf('reason=Rotated kind=Vault name=db')).toBe('unknown');
    expect(kindOf('something happened', 'k8s-events')).toBe('unknown');
  });

  it('does not take lines of programs for events', () => {
    expect(kindOf('request failed, reason=timeout')).toBeUndefined();
    expect(kindOf('kind regards')).toBeUndefined();
  });
});

describe('readable text', () => {
  it('leaves out times, numbers, levels and ids in brackets', () => {
    expect(
      read('2026-03-01 10:00:44.831 ERROR [carts,fa15,fa15,false] connection to the database lost'),
    ).toBe('connection to the database lost');
  });

  it('names the exception of a trace', () => {
    expect(read('ERROR worker died\n  File "a.py", line 3, in run\nValueError: no such volume')).toBe(
      'ValueError: no such volume',
    );
    expect(read('java.lang.IllegalStateException: closed\n\tat a.b.C.d(C.java:1)')).toBe(
      'java.lang.IllegalStateException: closed',
    );
  });

  it('takes the message out of a line of pairs', () => {
    expect(read('INFO count=1 kind=Pod name=a reason=Killing msg=Stopping container a')).toBe(
      'Killing: Stopping container a',
    );
    expect(read('time="2026" level=info msg="disk is full" volume=a')).toBe('disk is full');
  });

  it('gives hostile text no way to a terminal', () => {
    const text = read('\u001B[31mdeleted\u001B[0m \u001B]0;title\u0007 \u0000everything\r\n now');
    expect(text.split('').filter((unit) => unit < ' ' || unit === '\u007F')).toEqual([]);
    expect(text).toContain('deleted');
  });

  it('stays within its length', () => {
    expect(read('word '.repeat(100)).length).toBeLessThanOrEqual(100);
  });
});
