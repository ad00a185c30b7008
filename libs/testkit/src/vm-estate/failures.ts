import { databaseTrace, nameTrace, redisTrace, requestsTrace, viewTrace } from './django.js';
import type { Estate } from './estate.js';
import { isoSeconds } from './stamps.js';
import type { View } from './views.js';

/** How a request goes wrong. */
export interface Failure {
  readonly status: 500 | 502 | 504;
  readonly waitMillis: number;
  /** Last line of what the application writes; nothing when its worker is killed before it can. */
  readonly trace: readonly string[];
  /** A line the Go service writes in place of its usual one. */
  readonly catalogError?: string;
}

/** Why a view cannot be served now; undefined when it can. */
export function failureOf(estate: Estate, view: View, now: number): Failure | undefined {
  return databaseFailure(estate, view) ?? cacheFailure(estate, view) ?? outsideFailure(estate, view, now);
}

function databaseFailure({ health }: Estate, view: View): Failure | undefined {
  if (!view.usesDatabase) return undefined;
  const address = `"10.20.1.18", port 5432 failed`;
  if (health.postgres === 'down') {
    const error = `connection to server at ${address}: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`;
    return { status: 500, waitMillis: 40, trace: databaseTrace(error) };
  }
  if (health.postgres === 'out-of-connections') {
    const error = `connection to server at ${address}: FATAL:  remaining connection slots are reserved for non-replication superuser connections`;
    return { status: 500, waitMillis: 30, trace: databaseTrace(error) };
  }
  if (health.postgres === 'cut-off') {
    const error =
      'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.';
    return { status: 500, waitMillis: 3100, trace: databaseTrace(error) };
  }
  if (health.postgres === 'out-of-memory' && view.name === 'account') {
    const error =
      'out of memory\nDETAIL:  Failed on request of size 65536 in memory context "HashBatchContext".\n';
    return { status: 500, waitMillis: 700, trace: databaseTrace(error) };
  }
  const isWaiting = health.postgres === 'orders-locked';
  return isWaiting ? { status: 504, waitMillis: 30_000, trace: [] } : undefined;
}

function cacheFailure({ health }: Estate, view: View): Failure | undefined {
  if (!view.writesCache || health.redis === 'up') return undefined;
  const error =
    health.redis === 'out-of-memory'
      ? "OOM command not allowed when used memory > 'maxmemory'."
      : 'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.';
  return { status: 500, waitMillis: 12, trace: redisTrace(error) };
}

function outsideFailure({ health }: Estate, view: View, now: number): Failure | undefined {
  if (view.name === 'cart' && health.cartView === 'faulty-release') {
    const code = "total = sum(line.price * line.options['discount_rate'] for line in cart.lines)";
    return { status: 500, waitMillis: 25, trace: viewTrace('cart', 88, code, "KeyError: 'discount_rate'") };
  }
  if (view.name !== 'checkout') return undefined;
  if (health.taxCertificateEnd !== undefined) {
    return {
      status: 502,
      waitMillis: 60,
      trace: requestsTrace('tax', '502 Server Error: Bad Gateway for url: http://10.20.1.16:8081/v1/tax'),
      catalogError: `Post \\"https://tax.example.net/v2/rates\\": x509: certificate has expired or is not yet valid: current time ${isoSeconds(now)} is after ${isoSeconds(health.taxCertificateEnd)}`,
    };
  }
  if (health.names === 'failing') {
    return { status: 500, waitMillis: 5020, trace: nameTrace('api.pay.example.com') };
  }
  if (health.paymentProvider === 'key-expired') {
    return {
      status: 502,
      waitMillis: 210,
      trace: requestsTrace(
        'payment',
        '401 Client Error: Unauthorized for url: https://api.pay.example.com/v1/charges',
      ),
    };
  }
  return undefined;
}
