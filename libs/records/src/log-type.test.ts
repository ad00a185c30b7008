import { describe, expect, it } from 'vitest';
import { baseNameOf, cleanProgram, deriveLogType, sourceOfKubernetesPath } from './log-type.js';

describe('deriveLogType', () => {
  it('takes an explicit log type before everything else, at most two components of it', () => {
    expect(deriveLogType({ logType: 'a/b/c', service: 's', file: 'f.log' })).toBe('a/b');
  });

  it('calls Kubernetes events by one name', () => {
    expect(deriveLogType({ isKubernetesEvent: true, service: 'x' })).toBe('k8s-events');
    expect(deriveLogType({ logType: 'zk8s-events' })).toBe('k8s-events');
  });

  it('joins namespace and service', () => {
    expect(
      deriveLogType({
        namespace: 'sock-shop',
        service: 'orders',
        pod: 'orders-5b79655688-rvlsc',
        container: 'orders',
      }),
    ).toBe('sock-shop/orders');
  });

  it('tells a side-car from the program it stands beside', () => {
    expect(
      deriveLogType({ namespace: 'sock-shop', service: 'orders', pod: 'orders-0', container: 'istio-proxy' }),
    ).toBe('sock-shop/orders:istio-proxy');
  });

  it('joins service and workload where they differ', () => {
    expect(deriveLogType({ service: 'nova', pod: 'nova-compute' })).toBe('nova/nova-compute');
    expect(deriveLogType({ service: 'neutron', pod: 'server' })).toBe('neutron/server');
    expect(deriveLogType({ service: 'keystone', pod: 'keystone' })).toBe('keystone');
  });

  it('gives every run of a job the same log type', () => {
    const runs = ['pod-network-corruption-qggdmo-m4fpg', 'pod-network-corruption-vbfrrz-x7k9c'].map((pod) =>
      deriveLogType({ namespace: 'litmus', pod }),
    );
    expect(new Set(runs)).toEqual(new Set(['litmus/pod-network-corruption']));
  });

  it('falls back to program, file and unknown, in this order', () => {
    expect(deriveLogType({ program: 'sshd(pam_unix)', file: '/var/log/messages' })).toBe('sshd');
    expect(deriveLogType({ file: '/var/log/messages-20240101.gz' })).toBe('messages');
    expect(deriveLogType({})).toBe('unknown');
  });

  it.each([
    ['/var/log/nginx/access.log.1', 'nginx/access'],
    ['web2/gunicorn/error.log', 'gunicorn/error'],
    ['web2/error.log', 'web/error'],
    ['/var/log/error.log', 'error'],
    ['error.log', 'error'],
    ['/var/log/nginx/upstreams.log', 'upstreams'],
  ])('names a file of a common name with its folder: %s', (file, name) => {
    expect(deriveLogType({ file })).toBe(name);
  });

  it('lets no control character or blank through', () => {
    expect(deriveLogType({ service: 'a\u001b[31m b\nc' })).toBe('a_[31m_b_c');
  });

  it('never gives more than two components', () => {
    const name = deriveLogType({ namespace: 'a/b', service: 'c/d', pod: 'e/f', container: 'g/h' });
    expect(name.split('/')).toHaveLength(2);
  });
});

describe('baseNameOf', () => {
  it.each([
    ['node2.20230317.log.gz', 'node2'],
    ['node2.2.log.gz', 'node2'],
    ['/var/lib/mysql/mysqld-error.log', 'mysqld-error'],
    ['syslog.1', 'syslog'],
    ['catalina.2024-01-01.log', 'catalina'],
    ['app.log.2024-01-01.gz', 'app'],
    ['system-2023-01-29.ndjson.gz', 'system'],
    ['/data/api/0.log', 'api'],
    ['/data/api/0.log.20240416-151044', 'api'],
    ['C:\\logs\\service.log', 'service'],
    ['auth.log', 'auth'],
    [`/var/lib/docker/containers/${'0a'.repeat(32)}/${'0a'.repeat(32)}-json.log`, 'containers'],
  ])('names %s %s', (file, name) => {
    expect(baseNameOf(file)).toBe(name);
  });
});

describe('cleanProgram', () => {
  it.each([
    ['sshd(pam_unix)', 'sshd'],
    ['postfix/smtpd', 'postfix/smtpd'],
    ['/usr/sbin/cron', 'cron'],
    ['docker.service', 'docker'],
  ])('names %s %s', (program, name) => {
    expect(cleanProgram(program)).toBe(name);
  });
});

describe('sourceOfKubernetesPath', () => {
  it('reads both layouts of the kubelet', () => {
    const source = { namespace: 'shop', pod: 'carts-1', container: 'carts' };
    expect(sourceOfKubernetesPath('/var/log/pods/shop_carts-1_93a9/carts/0.log')).toEqual(source);
    expect(sourceOfKubernetesPath(`/var/log/containers/carts-1_shop_carts-${'a'.repeat(64)}.log`)).toEqual(
      source,
    );
    expect(sourceOfKubernetesPath('/var/log/messages')).toBeUndefined();
  });
});
