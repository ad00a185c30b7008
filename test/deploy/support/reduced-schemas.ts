/**
 * Schemas of resources whose definitions come with no Go module: what the charts use of them, and nothing else. Names and
 * types are those of the operators' custom resource definitions (Strimzi 0.49, `kafka.strimzi.io/v1`; Altinity's
 * clickhouse-operator 0.25, `clickhouse.altinity.com/v1`; Litmus' chaos-operator 3, `litmuschaos.io/v1alpha1`).
 */
const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const open = { type: 'object' };
const closed = (properties: Readonly<Record<string, object>>, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object): object => ({ type: 'array', items, minItems: 1 });
const resource = (spec: object): object =>
  closed({ apiVersion: text, kind: text, metadata: open, spec }, ['apiVersion', 'kind', 'metadata', 'spec']);

const volume = closed(
  {
    id: whole,
    type: { enum: ['persistent-claim', 'ephemeral'] },
    size: text,
    class: text,
    deleteClaim: { type: 'boolean' },
  },
  ['id', 'type'],
);
const authentication = closed({ type: { enum: ['scram-sha-512', 'tls'] } }, ['type']);
const listener = closed(
  {
    name: { type: 'string', pattern: '^[a-z0-9]{1,11}$' },
    port: { type: 'integer', minimum: 9_092 },
    type: { enum: ['internal', 'loadbalancer', 'nodeport', 'ingress', 'cluster-ip', 'route'] },
    tls: { type: 'boolean' },
    authentication,
  },
  ['name', 'port', 'type', 'tls'],
);

export const reducedSchemas: Readonly<Record<string, object>> = {
  'kafka.strimzi.io/v1/KafkaNodePool': resource(
    closed(
      {
        replicas: whole,
        roles: list({ enum: ['controller', 'broker'] }),
        storage: closed({ type: { const: 'jbod' }, volumes: list(volume) }, ['type', 'volumes']),
        resources: closed({ requests: open, limits: open }),
      },
      ['replicas', 'roles', 'storage'],
    ),
  ),
  'kafka.strimzi.io/v1/Kafka': resource(
    closed(
      {
        kafka: closed({ version: text, listeners: list(listener), config: open }, ['listeners']),
        entityOperator: closed({ topicOperator: open, userOperator: open }),
      },
      ['kafka'],
    ),
  ),
  'kafka.strimzi.io/v1/KafkaUser': resource(closed({ authentication }, ['authentication'])),
  'kafka.strimzi.io/v1/KafkaTopic': resource(
    closed({ topicName: text, partitions: whole, replicas: whole, config: open }, ['partitions', 'replicas']),
  ),
  'clickhouse.altinity.com/v1/ClickHouseInstallation': resource(
    closed({
      configuration: closed({
        users: open,
        clusters: list(
          closed({ name: text, layout: closed({ shardsCount: whole, replicasCount: whole }) }, ['name']),
        ),
        files: open,
      }),
      defaults: closed({ templates: closed({ podTemplate: text, dataVolumeClaimTemplate: text }) }),
      templates: closed({
        podTemplates: list(closed({ name: text, spec: open }, ['name', 'spec'])),
        volumeClaimTemplates: list(
          closed({ name: text, reclaimPolicy: { enum: ['Retain', 'Delete'] }, spec: open }, ['name', 'spec']),
        ),
      }),
    }),
  ),
  'litmuschaos.io/v1alpha1/ChaosEngine': resource(
    closed(
      {
        engineState: { enum: ['active', 'stop'] },
        appinfo: closed({
          appns: text,
          applabel: text,
          appkind: { enum: ['deployment', 'statefulset', 'daemonset'] },
        }),
        chaosServiceAccount: text,
        experiments: list(
          closed({
            name: text,
            spec: closed({
              components: closed({ env: list(closed({ name: text, value: text }, ['name', 'value'])) }),
            }),
          }),
        ),
      },
      ['engineState', 'chaosServiceAccount', 'experiments'],
    ),
  ),
};
