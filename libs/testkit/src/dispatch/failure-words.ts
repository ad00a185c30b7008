import { assertNever } from '@culprit/kernel';
import type { Dice } from '../dice.js';
import type { FailureKind } from './health.js';

/** The other end of a call. */
export interface Peer {
  readonly host: string;
  /** `address:port` */
  readonly address: string;
  readonly isDatabase?: boolean;
}

/** An error as Go's net and crypto packages word it. */
export function goError(how: FailureKind, peer: Peer, dice: Dice): string {
  const from = `10.244.${String(dice.below(4))}.${String(4 + dice.below(200))}:${String(32_768 + dice.below(28_000))}`;
  switch (how) {
    case 'certificate':
      return `Get "https://${peer.host}": tls: failed to verify certificate: x509: certificate has expired or is not yet valid`;
    case 'expired-token':
      return `${peer.host}: 401 Unauthorized: token used before issued`;
    case 'lock':
    case 'pool':
    case 'timeout':
      return `${peer.host}: context deadline exceeded`;
    case 'name':
      return `dial tcp: lookup ${peer.host} on 10.96.0.10:53: no such host`;
    case 'no-address':
      return `dial tcp ${peer.address}: connect: cannot assign requested address`;
    case 'no-space':
      return `write /var/spool/${peer.host}/segment.tmp: no space left on device`;
    case 'refused':
      return `dial tcp ${peer.address}: connect: connection refused`;
    case 'reset':
      return `read tcp ${from}->${peer.address}: read: connection reset by peer`;
    default:
      return assertNever(how);
  }
}

function thrown(type: string, message: string, code: string): object {
  const stack = `${type}: ${message}\n    at TLSWrap.afterConnect (node:net:1611:16)\n    at async Upstream.send (/app/dist/upstream.js:84:20)`;
  return { type, message, stack, code };
}

/** An error as Node.js has it, for pino's `err`. */
export function nodeError(how: FailureKind, peer: Peer): object {
  switch (how) {
    case 'certificate':
      return thrown('Error', 'certificate has expired', 'CERT_HAS_EXPIRED');
    case 'expired-token':
      return thrown('JsonWebTokenError', 'jwt not active', 'ERR_JWT_NOT_ACTIVE');
    case 'lock':
    case 'pool':
    case 'timeout':
      return thrown('AxiosError', 'timeout of 3000ms exceeded', 'ECONNABORTED');
    case 'name':
      return thrown('Error', `getaddrinfo ENOTFOUND ${peer.host}`, 'ENOTFOUND');
    case 'no-address':
      return thrown('Error', `connect EADDRNOTAVAIL ${peer.address} - Local (0.0.0.0:0)`, 'EADDRNOTAVAIL');
    case 'no-space':
      return thrown('Error', 'ENOSPC: no space left on device, write', 'ENOSPC');
    case 'refused':
      return thrown('Error', `connect ECONNREFUSED ${peer.address}`, 'ECONNREFUSED');
    case 'reset':
      return thrown('Error', 'socket hang up', 'ECONNRESET');
    default:
      return assertNever(how);
  }
}

/** Exception and frames of the Java service. */
export function javaTrace(how: FailureKind, peer: Peer): string {
  const [outer, cause] = javaExceptions(how, peer);
  const tail = [
    '\tat com.parcelwing.orders.store.OrderStore.insert(OrderStore.java:71)',
    '\tat com.parcelwing.orders.OrderService.accept(OrderService.java:118)',
    '\tat com.parcelwing.orders.api.OrderController.create(OrderController.java:54)',
    '\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)',
    '\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)',
    '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
  ];
  return [outer, ...tail, `Caused by: ${cause}`, '\t... 41 common frames omitted'].join('\n');
}

function javaExceptions(how: FailureKind, peer: Peer): readonly [outer: string, cause: string] {
  const jdbc = 'org.springframework.dao.DataAccessResourceFailureException: could not execute statement';
  switch (how) {
    case 'pool':
      return [
        'org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction',
        'java.sql.SQLTransientConnectionException: orders-pool - Connection is not available, request timed out after 5000ms (total=10, active=10, idle=0, waiting=14)',
      ];
    case 'lock':
      return [
        'org.springframework.dao.PessimisticLockingFailureException: could not execute statement',
        'org.postgresql.util.PSQLException: ERROR: canceling statement due to lock timeout',
      ];
    case 'timeout':
      return peer.isDatabase === true
        ? [jdbc, 'java.net.SocketTimeoutException: Read timed out']
        : [
            `org.springframework.web.client.ResourceAccessException: I/O error on POST request for "http://${peer.host}": Read timed out`,
            'java.net.SocketTimeoutException: Read timed out',
          ];
    case 'refused':
      return [
        jdbc,
        `org.postgresql.util.PSQLException: Connection to ${peer.address} refused. Check that the hostname and port are correct`,
      ];
    case 'name':
      return [jdbc, `java.net.UnknownHostException: ${peer.host}`];
    case 'no-space':
      return [
        jdbc,
        'org.postgresql.util.PSQLException: ERROR: could not extend file: No space left on device',
      ];
    case 'certificate':
    case 'expired-token':
    case 'no-address':
    case 'reset':
      return [jdbc, 'java.net.SocketException: Connection reset'];
    default:
      return assertNever(how);
  }
}

/** The last line of a Python traceback. */
export function pythonError(how: FailureKind, peer: Peer): string {
  const pool = `HTTPSConnectionPool(host='${peer.host}', port=443): Max retries exceeded with url: /v2/transfers`;
  switch (how) {
    case 'certificate':
      return `requests.exceptions.SSLError: ${pool} (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired')))`;
    case 'expired-token':
      return 'jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)';
    case 'lock':
      return 'psycopg2.errors.LockNotAvailable: canceling statement due to lock timeout';
    case 'name':
      return `requests.exceptions.ConnectionError: ${pool} (Caused by NameResolutionError("Failed to resolve '${peer.host}' ([Errno -2] Name or service not known)"))`;
    case 'no-address':
      return 'OSError: [Errno 99] Cannot assign requested address';
    case 'no-space':
      return 'OSError: [Errno 28] No space left on device';
    case 'refused':
      return `redis.exceptions.ConnectionError: Error 111 connecting to ${peer.address}. Connection refused.`;
    case 'reset':
      return 'ConnectionResetError: [Errno 104] Connection reset by peer';
    case 'pool':
    case 'timeout':
      return peer.isDatabase === true
        ? 'psycopg2.OperationalError: server closed the connection unexpectedly'
        : `requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='${peer.host}', port=443): Read timed out. (read timeout=10)`;
    default:
      return assertNever(how);
  }
}
