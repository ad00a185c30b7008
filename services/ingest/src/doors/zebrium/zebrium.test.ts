import { assert, property, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDoor, readHostile } from '../read-door.test-data.js';
import { defaultsOf, signStream, signerOfStream, verifyStream } from './stream-token.js';
import { jsonEventsDoor, timedLinesDoor } from './zebrium.doors.js';

/** What the Fluentd plugin says of a container. */
const container = {
  stream: 'native',
  logbasename: 'carts',
  container_log: true,
  log_type: '',
  ids: {
    namespace_name: 'sock-shop',
    host: 'ip-172-41-13-201',
    container_name: 'carts',
    ze_deployment_name: 'default',
  },
  cfgs: { pod_name: 'carts-5b79655688-rvlsc', container_name: 'carts' },
  tz: 'UTC',
};

describe('stream tokens', () => {
  it('carry the source they were made for, and nobody else can make one', () => {
    const claims = { signedBy: '0123456789abcdef', defaults: defaultsOf(container) };
    const token = signStream(claims, 'secret');
    expect(signerOfStream(token)).toBe(claims.signedBy);
    expect(verifyStream(token, 'secret')).toEqual(claims.defaults);
    expect(verifyStream(token, 'another')).toBeUndefined();
    assert(
      property(string(), (noise) => {
        expect(verifyStream(noise, 'secret')).toBeUndefined();
        expect(verifyStream(`cst2.a.${noise}.${token.split('.')[3]}`, 'secret')).toBeUndefined();
      }),
    );
  });

  it('know a file by its base name and a container by its names', () => {
    expect(defaultsOf({ stream: 'zefile', logbasename: 'messages', ids: { zid_host: 'h' } })).toMatchObject({
      logType: 'messages',
      host: 'h',
    });
    expect(defaultsOf(container)).toMatchObject({ logType: '', namespace: 'sock-shop', container: 'carts' });
  });
});

describe('lines of the collectors', () => {
  it('take a line without a head as the rest of the one before', () => {
    const body =
      'ze_tm=1631296551000,msg=2021-09-10 17:55:51.000  INFO [carts,,,] 7 --- started\n' +
      'ze_tm=1631296552000,msg=java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\n';
    expect(readDoor(timedLinesDoor, body).lines).toMatchObject([
      {
        time: '2021-09-10T17:55:51.000000000Z',
        text: '2021-09-10 17:55:51.000  INFO [carts,,,] 7 --- started',
      },
      { text: 'java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)' },
    ]);
  });

  it('read the JSON of the plugin and of Logstash', () => {
    const line = { log: 'restarted', stream: 'stdout', timestamp: 1631296551000 };
    const messages = [JSON.stringify({ meta: { host: 'n1', ze_deployment_name: 'prod' }, line }), 'broken'];
    const plugin = readDoor(jsonEventsDoor, JSON.stringify({ log_type: 'generic', messages }));
    expect(plugin.lines).toMatchObject([{ text: 'restarted', host: 'n1', environment: 'prod' }]);
    expect(plugin.rejected).toEqual({ 'not-an-object': 1 });
    const event = {
      '@timestamp': '2021-09-10T17:55:51Z',
      '@ze_deployment_name': 'prod',
      '@ze_host': 'n2',
      '@ze_logtype': 'syslog',
      '@ze_msg': 'link down',
    };
    expect(readDoor(jsonEventsDoor, JSON.stringify([event])).lines).toMatchObject([
      { text: 'link down', logType: 'syslog', host: 'n2', environment: 'prod' },
    ]);
  });

  it('throw only their own error, whatever the bytes', () => {
    assert(
      property(uint8Array({ maxLength: 100 }), (noise) => {
        readHostile(timedLinesDoor, noise, '');
        readHostile(jsonEventsDoor, noise, '');
      }),
    );
  });
});
