import type { Dice } from '../../dice.js';
import type { Pod } from '../cluster.js';
import { monitorTrace, springText } from '../java.js';
import { emitEvent, emitSyslog, startPod, stopPod } from '../kubernetes.js';
import { mongoText } from '../databases.js';
import { emitBlock, type World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const EXPERIMENT = 'pod-network-corruption';
const CHAOS_MS = 120_000;
const JOB_TO_INJECTION_MS = 8000;

/** One run of the experiment and the things it names. */
interface Run {
  readonly world: World;
  readonly dice: Dice;
  readonly target: Pod;
  readonly engineUid: string;
  readonly job: string;
}

/**
 * A chaos experiment corrupts every packet of the carts database for two minutes: an engine starts a runner, the runner
 * a job, the job a helper on the database's node, and the helper a traffic control rule inside the pod's network.
 */
export const networkCorruption: Fault = {
  reserved: ['carts', 'orders', 'front-end', 'carts-db'],
  plant(world, dice, onset): PlantedFault {
    const run: Run = {
      world,
      dice,
      target: world.cluster.pod('carts-db'),
      engineUid: dice.uuid(),
      job: `${EXPERIMENT}-${dice.suffix(6)}`,
    };
    const injectedAt = onset + 17_000 + dice.between(0, 32_000);
    world.sim.schedule(onset, (now) => {
      startEngine(run, now);
    });
    world.sim.schedule(injectedAt - JOB_TO_INJECTION_MS, (now) => {
      startExperiment(run, now);
    });
    world.sim.schedule(injectedAt, (now) => {
      inject(run, now);
    });
    world.sim.schedule(injectedAt + CHAOS_MS, (now) => {
      stop(run, now);
    });
    return { culprit: 'sock-shop/carts-db', end: injectedAt + CHAOS_MS, rootLines, symptomLines };
  },
};

const rootLines = [
  {
    name: 'experiment event',
    logType: 'k8s-events',
    contains: ['reason=ExperimentJobCreate', 'kind=ChaosEngine', EXPERIMENT],
  },
  {
    name: 'kernel device',
    logType: 'node/kernel',
    contains: ['kernel: eth0: Caught tx_queue_len zero misconfig'],
  },
  {
    name: 'helper command',
    logType: `sock-shop/${EXPERIMENT}-helper`,
    contains: ['tc qdisc replace dev eth0 root netem corrupt'],
  },
  { name: 'injection event', logType: 'k8s-events', contains: ['reason=ChaosInject'] },
  { name: 'engine event', logType: 'k8s-events', contains: ['reason=ChaosEngineInitialized'] },
] as const;

const symptomLines = [
  {
    name: 'orders timeout',
    logType: 'sock-shop/orders',
    contains: ['java.util.concurrent.TimeoutException'],
  },
  {
    name: 'front-end 500',
    logType: 'sock-shop/front-end',
    contains: ['Order response:', '"status":500', 'Unable to create order due to timeout'],
  },
  {
    name: 'carts database timeout',
    logType: 'sock-shop/carts',
    contains: ['com.mongodb.MongoTimeoutException'],
  },
  {
    name: 'driver monitor',
    logType: 'sock-shop/carts',
    contains: ['Exception in monitor thread while connecting to server carts-db:27017'],
  },
] as const;

function startEngine(run: Run, at: number): void {
  const { world, dice } = run;
  engineEvent(run, at, 'ChaosEngineInitialized', 'Identifying app under test & launching sock-chaos-runner');
  const operator = world.cluster.pod('chaos-operator');
  const log = (time: number, message: string): void => {
    world.sim.emit(
      time,
      operator.source,
      `{"level":"info","ts":${(time / 1000).toFixed(4)},"logger":"controller_chaosengine","msg":"${message}","Request.Namespace":"sock-shop","Request.Name":"sock-chaos"}`,
    );
  };
  log(at + 40, 'Reconciling ChaosEngine');
  log(at + 320, 'Creating a new engineRunner Pod');
  const runner = jobPod(run, 'sock-chaos-runner', 'sock-chaos-runner', 'litmuschaos/chaos-runner:2.0.0');
  const runsAt = startPod(world, dice, at + 400, { pod: runner, pullMillis: 1400 });
  const say = (time: number, message: string): void => {
    world.sim.emit(time, runner.source, logrus(world, time, message));
  };
  say(runsAt + 300, `Preparing to run Chaos Experiment: ${EXPERIMENT}`);
  engineEvent(
    run,
    runsAt + 700,
    'ExperimentDependencyCheck',
    `Experiment resources validated for Chaos Experiment: ${EXPERIMENT}`,
  );
  say(runsAt + 2100, `Started Chaos Experiment Name: ${EXPERIMENT}, with Job Name: ${run.job}`);
}

function startExperiment(run: Run, at: number): void {
  const { world, dice } = run;
  engineEvent(
    run,
    at,
    'ExperimentJobCreate',
    `Experiment Job ${run.job} for Chaos Experiment: ${EXPERIMENT}`,
  );
  const pod = jobPod(run, EXPERIMENT, `${run.job}-${dice.suffix(5)}`, 'litmuschaos/go-runner:2.0.0');
  const runsAt = startPod(world, dice, at + 200, { pod, pullMillis: 700 });
  const say = (time: number, message: string): void => {
    world.sim.emit(time, pod.source, logrus(world, time, message));
  };
  const logAt = runsAt + 400;
  say(logAt, `Experiment Name: ${EXPERIMENT}`);
  say(logAt, `[PreReq]: Getting the ENV for the ${EXPERIMENT} experiment`);
  say(logAt, `[PreReq]: Updating the chaos result of ${EXPERIMENT} experiment (SOT)`);
  const application = logrus(world, logAt, 'The application information is as follows\\n');
  world.sim.emit(logAt, pod.source, `${application} Namespace=sock-shop Label="name=carts-db" Ramp Time=0`);
  say(logAt, '[Status]: Verify that the AUT (Application Under Test) is running (pre-chaos)');
  engineEvent(run, runsAt + 900, 'PreChaosCheck', 'AUT: Running');
  const injectedAt = at + JOB_TO_INJECTION_MS;
  const helper = startHelper(run, runsAt + 1000, injectedAt);
  for (let i = 0; i < 6; i++) say(runsAt + 2500 + 1000 * i, 'helper pod status: Running');
  world.sim.schedule(injectedAt + 900, (now) => {
    engineEvent(run, now, 'ChaosInject', `Injected ${EXPERIMENT} chaos on application pods`);
    say(now + 50, `[Confirmation]: ${EXPERIMENT} chaos has been injected successfully`);
  });
  world.sim.schedule(injectedAt + CHAOS_MS, (now) => {
    finishExperiment(run, now, { pod, helper });
  });
}

function startHelper(run: Run, at: number, injectedAt: number): Pod {
  const { world, dice, target } = run;
  const podName = `${EXPERIMENT}-helper-${dice.suffix(6)}`;
  const helper = jobPod(run, `${EXPERIMENT}-helper`, podName, 'litmuschaos/go-runner:2.0.0', target.node);
  const runsAt = startPod(world, dice, at, { pod: helper, pullMillis: 0 });
  const say = (time: number, message: string): void => {
    world.sim.emit(time, helper.source, logrus(world, time, message));
  };
  say(runsAt + 200, 'Helper Name: network-chaos');
  say(runsAt + 200, '[PreReq]: Getting the ENV variables');
  say(runsAt + 200, `Container ID: ${target.containerId}`);
  say(runsAt + 200, '[Info]: Container ID=9075');
  say(injectedAt, '/bin/bash -c sudo nsenter -t 9075 -n tc qdisc replace dev eth0 root netem corrupt 100');
  say(injectedAt + 60, '[Chaos]: Waiting for 120s');
  return helper;
}

function inject(run: Run, at: number): void {
  const { world, dice, target } = run;
  emitSyslog(world, at + 20, {
    node: target.node,
    program: 'kernel',
    text: 'eth0: Caught tx_queue_len zero misconfig',
  });
  world.health.cartsDb = 'unreachable';
  for (let i = 0; i < 5; i++) dropConnection(run, at + 9000 + i * dice.between(500, 3000));
  for (let time = at + 10_000; time < at + CHAOS_MS; time += 10_000 + dice.between(0, 900))
    driverMonitor(run, time);
}

function dropConnection(run: Run, at: number): void {
  const { world, dice, target } = run;
  const id = String(11_000 + dice.below(900));
  world.sim.emit(
    at,
    target.source,
    mongoText(world, {
      at,
      severity: 'I',
      component: 'NETWORK',
      id: 22_989,
      context: `conn${id}`,
      message: 'Error sending response to client. Ending connection from remote',
      attributes: `{"error":{"code":6,"codeName":"HostUnreachable","errmsg":"Connection reset by peer"},"remote":"${world.cluster.pod('carts').ip}:${String(32_768 + dice.below(28_000))}","connectionId":${id}}`,
    }),
  );
}

function driverMonitor(run: Run, at: number): void {
  const { world } = run;
  const text = springText(world, {
    at,
    level: 'INFO',
    service: 'carts',
    thread: "cluster-ClusterId{value='5a1'}-carts-db:27017",
    logger: 'org.mongodb.driver.cluster',
    message: 'Exception in monitor thread while connecting to server carts-db:27017',
  });
  emitBlock(world, at, world.cluster.pod('carts'), [
    text,
    ...monitorTrace(
      'com.mongodb.MongoSocketReadTimeoutException: Timeout while receiving message',
      'java.net.SocketTimeoutException: Read timed out',
    ),
  ]);
}

function stop(run: Run, at: number): void {
  const { world } = run;
  world.health.cartsDb = 'up';
  const carts = world.cluster.pod('carts');
  const messages = [
    'Opened connection [connectionId{localValue:412, serverValue:15231}] to carts-db:27017',
    'Monitor thread successfully connected to server with description ServerDescription{address=carts-db:27017, type=STANDALONE, state=CONNECTED, ok=true}',
  ];
  for (const message of messages) {
    world.sim.emit(
      at + 1200,
      carts.source,
      springText(world, {
        at: at + 1200,
        level: 'INFO',
        service: 'carts',
        thread: 'cluster-ClusterId-carts-db:27017',
        logger: 'org.mongodb.driver.cluster',
        message,
      }),
    );
  }
}

function finishExperiment(run: Run, at: number, pods: { readonly pod: Pod; readonly helper: Pod }): void {
  const { world, dice } = run;
  const { pod, helper } = pods;
  const say = (source: Pod, time: number, message: string): void => {
    world.sim.emit(time, source.source, logrus(world, time, message));
  };
  say(helper, at, '[Chaos]: Stopping the experiment');
  say(helper, at + 80, '/bin/bash -c sudo nsenter -t 9075 -n tc qdisc delete dev eth0 root');
  say(pod, at + 2000, '[Status]: Verify that the AUT (Application Under Test) is running (post-chaos)');
  engineEvent(run, at + 2400, 'PostChaosCheck', 'AUT: Running');
  say(pod, at + 3000, `[The End]: Updating the chaos result of ${EXPERIMENT} experiment (EOT)`);
  engineEvent(run, at + 3200, 'Summary', `${EXPERIMENT} experiment has been Passed`);
  stopPod(world, dice, at + 3600, helper);
  engineEvent(run, at + 5000, 'ExperimentJobCleanUp', `Experiment Job ${run.job} will be deleted`);
  stopPod(world, dice, at + 5200, pod);
  engineEvent(
    run,
    at + 6000,
    'ChaosEngineCompleted',
    'ChaosEngine completed, will delete or retain the resources according to jobCleanUpPolicy',
  );
}

function engineEvent(run: Run, at: number, reason: string, message: string): void {
  emitEvent(run.world, run.dice, at, {
    kind: 'ChaosEngine',
    namespace: 'sock-shop',
    name: 'sock-chaos',
    uid: run.engineUid,
    eventName: `${reason}${EXPERIMENT}${run.engineUid}`,
    reason,
    message,
  });
}

function jobPod(
  run: Run,
  workload: string,
  podName: string,
  image: string,
  node = run.dice.pick(run.world.cluster.nodes),
): Pod {
  return run.world.cluster.createPod({
    workload,
    node,
    podName,
    namespace: 'sock-shop',
    image,
    labels: { 'app.kubernetes.io/part-of': 'litmus', chaosUID: run.engineUid, 'job-name': run.job },
    stream: 'stderr',
  });
}

function logrus(world: World, at: number, message: string): string {
  return `time="${world.text.isoSeconds(at)}" level=info msg="${message}"`;
}
