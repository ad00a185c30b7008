import type { Peer } from './failure-words.js';
import { serviceAddress } from './platform.js';

/** What the services talk to. */
export const peers = {
  orders: { host: 'orders.dispatch.svc', address: serviceAddress('orders', 8080) },
  pricing: { host: 'pricing.dispatch.svc', address: serviceAddress('pricing', 8000) },
  location: { host: 'location.dispatch.svc', address: serviceAddress('location', 7070) },
  postgres: {
    host: 'postgres-0.postgres.data.svc',
    address: serviceAddress('postgres', 5432),
    isDatabase: true,
  },
  redis: { host: 'redis.data.svc', address: serviceAddress('redis', 6379) },
  kafka: { host: 'kafka.data.svc', address: serviceAddress('kafka', 9092) },
  maps: { host: 'routes.maps.example', address: '203.0.113.40:443' },
  push: { host: 'push.mobile.example', address: '198.51.100.17:443' },
  bank: { host: 'transfers.bank.example', address: '192.0.2.88:443' },
} as const satisfies Readonly<Record<string, Peer>>;
