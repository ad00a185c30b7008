{{- define "culprit.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "culprit.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "culprit.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "culprit.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels by which pods are found; they never change. Takes (dict "root" $ "component" NAME). */}}
{{- define "culprit.selector" -}}
app.kubernetes.io/name: {{ include "culprit.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "culprit.labels" -}}
{{ include "culprit.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: culprit
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "culprit.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "culprit.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Takes (dict "root" $ "name" IMAGE). */}}
{{- define "culprit.image" -}}
{{- with index .root.Values.image.overrides .name -}}
{{- . -}}
{{- else -}}
{{- $registry := trimSuffix "/" .root.Values.image.registry -}}
{{- printf "%s%s:%s" (ternary "" (printf "%s/" $registry) (eq $registry "")) .name (default .root.Chart.AppVersion .root.Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "culprit.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "culprit.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "culprit.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Who may send and ask, for `single`, ingest and query. Takes (dict "root" $ "sections" (list "INGEST")). */}}
{{- define "culprit.accessEnv" -}}
{{- $access := .root.Values.access }}
{{- range .sections }}
{{- if $access.existingSecret }}
- name: CULPRIT_{{ . }}_TOKENS
  valueFrom:
    secretKeyRef:
      name: {{ $access.existingSecret }}
      key: {{ lower . }}-tokens
{{- else if $access.anonymous }}
- name: CULPRIT_{{ . }}_ANONYMOUS_FROM
  value: anywhere
{{- else }}
{{- fail "set access.existingSecret to a secret with ingest-tokens and query-tokens, or access.anonymous=true" }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Ports of protocols that have one of their own. */}}
{{- define "culprit.doorEnv" -}}
{{- range $name := list "grpc" "otlp" "forward" "syslog" }}
- name: CULPRIT_INGEST_{{ upper $name }}_PORT
  value: {{ index $.Values.doors $name | default "off" | quote }}
{{- end }}
{{- with .Values.doors.forwardSecret }}
- name: CULPRIT_INGEST_FORWARD_SHARED_KEY
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: shared-key
{{- end }}
{{- end -}}

{{- define "culprit.doorContainerPorts" -}}
{{- range $name := list "grpc" "otlp" "forward" "syslog" }}
{{- with index $.Values.doors $name }}
- name: {{ $name }}
  containerPort: {{ . }}
{{- if eq $name "syslog" }}
- name: syslog-udp
  containerPort: {{ . }}
  protocol: UDP
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "culprit.doorServicePorts" -}}
{{- range $name := list "grpc" "otlp" "forward" "syslog" }}
{{- with index $.Values.doors $name }}
- name: {{ $name }}
  port: {{ . }}
  targetPort: {{ $name }}
{{- if eq $name "grpc" }}
  appProtocol: kubernetes.io/h2c
{{- else if eq $name "syslog" }}
- name: syslog-udp
  port: {{ . }}
  targetPort: syslog-udp
  protocol: UDP
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Further settings as a list. Takes a map. */}}
{{- define "culprit.extraEnv" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end -}}

{{/* `host:port` of the brokers, separated by commas. */}}
{{- define "culprit.brokers" -}}
{{- if .Values.kafka.strimzi.enabled -}}
{{- printf "%s-kafka-kafka-bootstrap.%s.svc:9092" (include "culprit.fullname" .) .Release.Namespace -}}
{{- else -}}
{{- required "kafka.brokers is needed, or kafka.strimzi.enabled" (.Values.kafka.brokers | join ",") -}}
{{- end -}}
{{- end -}}

{{- define "culprit.kafkaMechanism" -}}
{{- ternary "scram-sha-512" .Values.kafka.sasl.mechanism .Values.kafka.strimzi.enabled -}}
{{- end -}}

{{/* Strimzi leaves the password of a user in a secret of the user's name. */}}
{{- define "culprit.kafkaSecret" -}}
{{- if .Values.kafka.strimzi.enabled -}}
{{- include "culprit.fullname" . -}}-kafka-user
{{- else -}}
{{- required "kafka.sasl.existingSecret is needed with kafka.sasl.mechanism" .Values.kafka.sasl.existingSecret -}}
{{- end -}}
{{- end -}}

{{- define "culprit.kafkaEnv" -}}
{{- $mechanism := include "culprit.kafkaMechanism" . }}
- name: CULPRIT_KAFKA_BROKERS
  value: {{ include "culprit.brokers" . | quote }}
- name: CULPRIT_KAFKA_PREFIX
  value: {{ .Values.kafka.prefix | quote }}
- name: CULPRIT_KAFKA_PARTITIONS
  value: {{ .Values.kafka.partitions | quote }}
- name: CULPRIT_KAFKA_REPLICATION_FACTOR
  value: {{ .Values.kafka.replicationFactor | quote }}
- name: CULPRIT_KAFKA_COMPRESSION
  value: {{ .Values.kafka.compression }}
- name: CULPRIT_KAFKA_SESSION_TIMEOUT_MS
  value: {{ .Values.kafka.sessionTimeoutMs | int | quote }}
- name: CULPRIT_KAFKA_TLS
  value: {{ .Values.kafka.tls | quote }}
- name: CULPRIT_KAFKA_SASL_MECHANISM
  value: {{ $mechanism }}
{{- if eq $mechanism "aws-msk-iam" }}
- name: CULPRIT_KAFKA_SASL_REGION
  value: {{ required "kafka.sasl.region is needed with aws-msk-iam" .Values.kafka.sasl.region }}
{{- else if ne $mechanism "none" }}
{{- if .Values.kafka.strimzi.enabled }}
- name: CULPRIT_KAFKA_SASL_USERNAME
  value: {{ include "culprit.kafkaSecret" . }}
{{- else }}
- name: CULPRIT_KAFKA_SASL_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ include "culprit.kafkaSecret" . }}
      key: username
{{- end }}
- name: CULPRIT_KAFKA_SASL_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "culprit.kafkaSecret" . }}
      key: password
{{- end }}
{{- end -}}

{{- define "culprit.storeEnv" -}}
{{- $clickhouse := .Values.clickhouse }}
- name: CULPRIT_STORE_URL
{{- if $clickhouse.operator.enabled }}
  value: {{ printf "http://clickhouse-%s-store.%s.svc:8123" (include "culprit.fullname" .) .Release.Namespace }}
{{- else }}
  value: {{ required "clickhouse.url is needed, or clickhouse.operator.enabled" $clickhouse.url }}
{{- end }}
- name: CULPRIT_STORE_DATABASE
  value: {{ $clickhouse.database | quote }}
{{- if $clickhouse.existingSecret }}
{{- range $key := list "username" "password" }}
- name: CULPRIT_STORE_{{ upper $key }}
  valueFrom:
    secretKeyRef:
      name: {{ $clickhouse.existingSecret }}
      key: {{ $key }}
{{- end }}
{{- else if $clickhouse.operator.enabled }}
{{- fail "clickhouse.existingSecret with username and password is needed with clickhouse.operator.enabled" }}
{{- end }}
{{- end -}}

{{/* Probes at a port named http: a long start for a replay, then the process alone, and whether it can serve. */}}
{{- define "culprit.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 5
  failureThreshold: 120
livenessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 3
{{- end -}}

{{/* Where pods may run. Takes (dict "root" $ "component" NAME "pod" POD). */}}
{{- define "culprit.scheduling" -}}
{{- with .pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .pod.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .pod.topologySpread }}
topologySpreadConstraints:
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "culprit.selector" $ | nindent 8 }}
{{- end }}
{{- end }}
{{- end -}}
