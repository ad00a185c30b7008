import { describe, expect, it } from 'vitest';
import { looksRandom, stableName, workloadOfPod } from './workload-name.js';

describe('workloadOfPod', () => {
  it.each([
    ['carts-5b79655688-rvlsc', 'carts'],
    ['ts-travel2-service-5c66d57d58-6mp2b', 'ts-travel2-service'],
    ['ts-basic-service-5dc8d4f9fd-46997', 'ts-basic-service'],
    ['ts-route-service-b6c59fb57-zv8dt', 'ts-route-service'],
    ['nginx1-bfb66d6c9-dllw2', 'nginx1'],
    ['kube-proxy-7xk2p', 'kube-proxy'],
    ['aws-node-hs8qz', 'aws-node'],
    ['pod-network-corruption-qggdmo-m4fpg', 'pod-network-corruption'],
    ['pod-network-corruption-vbfrrz-x7k9c', 'pod-network-corruption'],
    ['backup-28123456-x2x4k', 'backup'],
    ['backup-1631296500-8zq2d', 'backup'],
    ['cluster1-pxc-2', 'cluster1-pxc'],
    ['kafka-0', 'kafka'],
    ['hosted-grafana-7845d969b5-f8h5q', 'hosted-grafana'],
    ['runner-0e2ebe6b-1c2d-4e5f-8a9b-0123456789ab', 'runner'],
    ['web-6b8f9d7c4-bcdfg', 'web'],
  ])('finds the workload of %s', (pod, workload) => {
    expect(workloadOfPod(pod)).toBe(workload);
  });

  it.each([
    'kube-proxy',
    'api-v2',
    'node-exporter',
    'redis-master',
    'nova-compute',
    'dhcp-agent',
    'l3-agent',
    'server',
    'openvswitch-agent',
    'oauth2-proxy',
    'front-end',
    'queue-master',
    'catalogue-db',
    'apache-httpd',
    'elasticsearch-data',
    'metrics-v1beta1',
    'cert-manager-webhook',
    'k8s-sidecar',
    'neo4j-core',
    'postgres',
  ])('leaves %s alone', (pod) => {
    expect(workloadOfPod(pod)).toBe(pod);
  });

  it('cuts the node name that static pods end in', () => {
    expect(workloadOfPod('kube-apiserver-master-1', 'master-1')).toBe('kube-apiserver');
  });

  it('always leaves one segment', () => {
    expect(workloadOfPod('x7k9c')).toBe('x7k9c');
    expect(workloadOfPod('')).toBe('');
  });
});

describe('stableName', () => {
  it('keeps ordinals, which only pods have', () => {
    expect(stableName('worker-2')).toBe('worker-2');
  });
  it('cuts what a controller drew by lot', () => {
    expect(stableName('import-qzxkvb')).toBe('import');
  });
});

describe('looksRandom', () => {
  it.each([
    'kubernetes',
    'postgres',
    'rsyslog',
    'corruption',
    'sha256',
    'oauth2proxy',
    'v1alpha1',
    'tcpdump',
  ])('takes %s for a word', (word) => {
    expect(looksRandom(word)).toBe(false);
  });
  it.each(['qggdmo', '5b79655688', '28123456', 'x7k9c2'])('takes %s for drawn by lot', (segment) => {
    expect(looksRandom(segment)).toBe(true);
  });
});
