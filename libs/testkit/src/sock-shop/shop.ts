import type { Dice } from '../dice.js';
import type { Pod } from './cluster.js';
import { SERVLET_LOGGER, serverSelectionTrace, servletFailure, springText, tomcatThread } from './java.js';
import type { World } from './world.js';
import { emitBlock } from './world.js';

/** A client of the shop on one walk through it. */
export interface Visitor {
  readonly customerId: string;
  readonly sessionId: string;
  readonly isBrowser: boolean;
  /** Replica of the front end that serves the visit. */
  readonly pod: Pod;
}

const CUSTOMERS = 240;
const CLIENTS = 24;
const CARTS_DB = 'carts-db:27017';

/** What the services of the shop share while they serve visitors. */
export class Shop {
  readonly world: World;
  readonly dice: Dice;
  readonly customerIds: readonly [string, ...string[]];
  readonly loadGeneratorIp: string;

  #waitingClients = 0;

  constructor(world: World) {
    this.world = world;
    this.dice = world.dice('shop');
    this.customerIds = [
      '57a98d98e4b00679b4a830b2',
      ...Array.from({ length: CUSTOMERS - 1 }, () => this.dice.hex(24)),
    ];
    this.loadGeneratorIp = world.cluster.pod('user-load').ip;
  }

  /** False while every client of the load generator waits for an answer. */
  get hasFreeClient(): boolean {
    return this.#waitingClients < CLIENTS * Math.max(this.world.load, 0.25);
  }

  /** Keeps one client of the load generator busy until a time: slow answers make for less load. */
  keepClientWaiting(until: number): void {
    this.#waitingClients += 1;
    this.world.sim.schedule(until, () => {
      this.#waitingClients -= 1;
    });
  }

  pod(workload: string): Pod {
    return this.world.cluster.pod(workload);
  }

  say(at: number, pod: Pod, text: string): void {
    this.world.sim.emit(at, pod.source, text);
  }

  /** `2021-09-10T17:55:51.123456789Z` with drawn digits below the millisecond. */
  nanos(at: number): string {
    const below = this.dice.below(1_000_000);
    return this.world.text.isoMillis(at, `${String(below).padStart(6, '0')}Z`);
  }

  /** Why catalogue cannot answer now and after how many milliseconds it says so; undefined when it can. */
  catalogueFailure(): { readonly wait: number; readonly text: string } | undefined {
    const { health, cluster } = this.world;
    const database = cluster.pod('catalogue-db');
    const catalogue = cluster.pod('catalogue');
    if (health.dns === 'timing-out') {
      const port = String(32_768 + this.dice.below(28_000));
      return {
        wait: 5000,
        text: `dial tcp: lookup catalogue-db on 10.100.0.10:53: read udp ${catalogue.ip}:${port}->10.100.0.10:53: i/o timeout`,
      };
    }
    if (health.catalogueDb === 'refused')
      return { wait: 1.2, text: `dial tcp ${database.ip}:3306: connect: connection refused` };
    if (health.catalogueDb === 'denied') {
      return {
        wait: 2.4,
        text: `Error 1045: Access denied for user 'catalogue_user'@'${catalogue.ip}' (using password: YES)`,
      };
    }
    return undefined;
  }

  /** carts gives up waiting for its database. */
  cartsTimeout(at: number): void {
    const cause =
      'com.mongodb.MongoSocketReadTimeoutException: Timeout while receiving message}, caused by {java.net.SocketTimeoutException: Read timed out';
    const failure = `org.springframework.dao.DataAccessResourceFailureException: Timed out after 10000 ms while waiting for a server that matches ReadPreferenceServerSelector{readPreference=primary}. Client view of cluster state is {type=UNKNOWN, servers=[{address=${CARTS_DB}, type=UNKNOWN, state=CONNECTING, exception={${cause}}}]`;
    this.servletError(at, 'carts', failure, serverSelectionTrace(CARTS_DB, cause));
  }

  /** An exception that reaches the servlet container: one ERROR line and its trace, line by line. */
  servletError(at: number, service: string, cause: string, trace: readonly string[]): void {
    const pod = this.pod(service);
    const text = springText(this.world, {
      at,
      level: 'ERROR',
      service,
      thread: tomcatThread(this.dice),
      logger: SERVLET_LOGGER,
      message: servletFailure(cause),
      traceId: this.dice.hex(16),
    });
    emitBlock(this.world, at, pod, [text, ...trace]);
  }
}
