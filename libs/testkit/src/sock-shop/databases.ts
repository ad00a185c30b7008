import type { Dice } from '../dice.js';
import type { Pod } from './cluster.js';
import { spanReporterTrace, springText } from './java.js';
import { emitBlock, type World } from './world.js';

/** One JSON line of MongoDB 4.4 and later. */
export interface MongoLine {
  readonly at: number;
  readonly severity: 'I' | 'W' | 'E' | 'F';
  readonly component: string;
  readonly id: number;
  readonly context: string;
  readonly message: string;
  /** The value of `attr` as JSON text. */
  readonly attributes: string;
}

export function mongoText(world: World, line: MongoLine): string {
  return (
    `{"t":{"$date":"${world.text.isoMillis(line.at, '+00:00')}"},"s":"${line.severity}","c":"${line.component}","id":${String(line.id)},` +
    `"ctx":"${line.context}","msg":"${line.message}","attr":${line.attributes}}`
  );
}

/** Writes a block of RabbitMQ 3.6: a header, lines and an empty line. */
export function emitRabbit(
  world: World,
  at: number,
  pod: Pod,
  report: { readonly level: 'INFO' | 'WARNING' | 'ERROR'; readonly lines: readonly string[] },
): void {
  emitBlock(world, at, pod, [
    `=${report.level} REPORT==== ${world.text.erlang(at)} ===`,
    ...report.lines,
    '',
  ]);
}

/** The standing chatter of databases, the broker and the Java services' libraries. */
export function startDatabases(world: World): void {
  startMongo(world, 'carts-db', 2.2);
  startMongo(world, 'orders-db', 1.6);
  startUserDb(world);
  startMysql(world);
  startBroker(world);
  startSpanReporters(world);
}

function startMongo(world: World, workload: 'carts-db' | 'orders-db', connectionsPerSecond: number): void {
  const { sim, cluster, health } = world;
  const dice = world.dice(`mongo/${workload}`);
  const isDown = (): boolean =>
    workload === 'carts-db' ? health.cartsDb !== 'up' : health.ordersDb !== 'up';
  let connectionId = 12_000 + dice.below(4000);
  sim.repeat(
    sim.now + 200,
    () => dice.gap(1000 / (connectionsPerSecond * world.load)),
    (at) => {
      if (isDown()) return;
      connectionId += 1;
      emitConnection(world, dice, at, { pod: cluster.pod(workload), connectionId });
    },
  );
  sim.repeat(
    sim.now + dice.between(0, 60_000),
    () => 60_000,
    (at) => {
      if (workload === 'orders-db' && isDown()) return;
      const second = Math.floor(at / 1000);
      sim.emit(
        at,
        cluster.pod(workload).source,
        mongoText(world, {
          at,
          severity: 'I',
          component: 'STORAGE',
          id: 22430,
          context: 'WTCheckpointThread',
          message: 'WiredTiger message',
          attributes: `{"message":"[${String(second)}:${String(dice.below(1_000_000))}][1:0x7f${dice.hex(10)}], WT_SESSION.checkpoint: [WT_VERB_CHECKPOINT_PROGRESS] saving checkpoint snapshot min: ${String(second % 100_000)}, snapshot max: ${String(second % 100_000)} snapshot count: 0, oldest timestamp: (0, 0) , meta checkpoint timestamp: (0, 0) base write gen: 1"}`,
        }),
      );
    },
  );
}

function emitConnection(
  world: World,
  dice: Dice,
  at: number,
  connection: { readonly pod: Pod; readonly connectionId: number },
): void {
  const { pod, connectionId } = connection;
  const id = String(connectionId);
  const remote = `${pod.node.podNetwork}.${String(10 + dice.below(240))}:${String(32_768 + dice.below(28_000))}`;
  const open = String(14 + dice.below(9));
  const say = (time: number, mongo: Omit<MongoLine, 'at' | 'severity' | 'component'>): void => {
    world.sim.emit(
      time,
      pod.source,
      mongoText(world, { at: time, severity: 'I', component: 'NETWORK', ...mongo }),
    );
  };
  say(at, {
    id: 22_943,
    context: 'listener',
    message: 'Connection accepted',
    attributes: `{"remote":"${remote}","uuid":"${dice.uuid()}","connectionId":${id},"connectionCount":${open}}`,
  });
  say(at + 1, {
    id: 51_800,
    context: `conn${id}`,
    message: 'client metadata',
    attributes: `{"remote":"${remote}","client":"conn${id}","doc":{"driver":{"name":"mongo-java-driver","version":"3.2.2"},"os":{"type":"Linux","name":"Linux","architecture":"amd64","version":"5.4.129-63.229.amzn2.x86_64"}}}`,
  });
  say(at + dice.between(20, 900), {
    id: 22_944,
    context: `conn${id}`,
    message: 'Connection ended',
    attributes: `{"remote":"${remote}","uuid":"${dice.uuid()}","connectionId":${id},"connectionCount":${open}}`,
  });
}

/** MongoDB 3.4 with its text form. */
function startUserDb(world: World): void {
  const { sim, cluster } = world;
  const dice = world.dice('user-db');
  let connectionId = 900 + dice.below(900);
  sim.repeat(
    sim.now + 400,
    () => dice.gap(900 / world.load),
    (at) => {
      const { source, node } = cluster.pod('user-db');
      const remote = `${node.podNetwork}.${String(10 + dice.below(240))}:${String(32_768 + dice.below(28_000))}`;
      const open = String(5 + dice.below(4));
      const closed = at + dice.between(30, 700);
      connectionId += 1;
      const id = String(connectionId);
      sim.emit(
        at,
        source,
        `${world.text.isoMillis(at, '+0000')} I NETWORK  [thread1] connection accepted from ${remote} #${id} (${open} connections now open)`,
      );
      sim.emit(
        closed,
        source,
        `${world.text.isoMillis(closed, '+0000')} I -        [conn${id}] end connection ${remote} (${open} connections now open)`,
      );
    },
  );
}

function startMysql(world: World): void {
  const { sim, cluster, health } = world;
  const dice = world.dice('catalogue-db');
  let connectionId = 190 + dice.below(300);
  // Clients that vanish without a farewell are normal here: a permanent complaint that means nothing.
  sim.repeat(
    sim.now + dice.gap(120_000),
    () => dice.gap(140_000),
    (at) => {
      if (health.catalogueDb === 'refused') return;
      connectionId += 1 + dice.below(4);
      const id = String(connectionId);
      sim.emit(
        at,
        cluster.pod('catalogue-db').source,
        `${world.text.isoMicros(at, dice.below(1000))} ${id} [Note] Aborted connection ${id} to db: 'socksdb' user: 'catalogue_user' host: '${cluster.pod('catalogue').ip}' (Got an error reading communication packets)`,
      );
    },
  );
}

function startBroker(world: World): void {
  const { sim, cluster } = world;
  const dice = world.dice('rabbitmq');
  sim.repeat(
    sim.now + dice.gap(40_000),
    () => dice.gap(70_000),
    (at) => {
      const pod = cluster.pod('rabbitmq');
      const process = `<0.${String(500 + dice.below(9000))}.${String(dice.below(4))}>`;
      const from = `${cluster.pod('shipping').ip}:${String(32_768 + dice.below(28_000))}`;
      emitRabbit(world, at, pod, {
        level: 'INFO',
        lines: [`accepting AMQP connection ${process} (${from} -> ${pod.ip}:5672)`],
      });
      emitRabbit(world, at + dice.between(2000, 30_000), pod, {
        level: 'WARNING',
        lines: [
          `closing AMQP connection ${process} (${from} -> ${pod.ip}:5672):`,
          'client unexpectedly closed TCP connection',
        ],
      });
    },
  );
}

function startSpanReporters(world: World): void {
  const { sim, cluster } = world;
  const dice = world.dice('span-reporters');
  for (const service of ['carts', 'orders', 'shipping']) {
    sim.repeat(
      sim.now + dice.gap(150_000),
      () => dice.gap(200_000),
      (at) => {
        const message = `Dropped ${String(1 + dice.below(20))} spans due to ConnectException(Connection refused (Connection refused))`;
        const thread = 'AsyncReporter(http://zipkin:9411/api/v1/spans)';
        const text = springText(world, {
          at,
          level: 'INFO',
          service,
          thread,
          logger: 'z.r.AsyncReporter$BoundedAsyncReporter',
          message,
        });
        emitBlock(world, at, cluster.pod(service), [text, ...spanReporterTrace]);
      },
    );
  }
}
