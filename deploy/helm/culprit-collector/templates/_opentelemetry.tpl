{{/* Settings of an OpenTelemetry Collector on a node. */}}
{{- define "collector.opentelemetry" -}}
{{- $logs := trimSuffix "/" .Values.nodes.logDirectory -}}
extensions:
  health_check:
    endpoint: 0.0.0.0:13133
  # Positions in files and lines that wait survive the process.
  file_storage:
    directory: /buffers
    create_directory: true
receivers:
  file_log/containers:
    # Files that the kubelet has put aside too: what was written while nothing read is in them. Packed ones are older.
    include: [{{ $logs }}/pods/*/*/*.log*]
    exclude:
      - {{ $logs }}/pods/*/*/*.gz
      - {{ $logs }}/pods/*/*/*.tmp
      {{- range .Values.nodes.excludeNamespaces }}
      - {{ $logs }}/pods/{{ . }}_*/*/*
      {{- end }}
    {{- include "collector.fileReader" . | nindent 4 }}
    resource: {{- include "collector.resource" . | nindent 6 }}
    operators:
      # Takes the runtime's framing off and reads the source from the path; stack traces are Culprit's to join.
      - type: container
        max_log_size: 1MiB
  {{- with .Values.nodeLogs.files }}
  file_log/nodes:
    include: {{ toJson . }}
    {{- include "collector.fileReader" $ | nindent 4 }}
    resource: {{- include "collector.resource" $ | nindent 6 }}
  {{- end }}
  {{- if .Values.audit.enabled }}
  file_log/audit:
    include: [{{ .Values.audit.path }}]
    {{- include "collector.fileReader" . | nindent 4 }}
    resource: {{- include "collector.resource" . | nindent 6 }}
      log_type: kube-audit
  {{- end }}
exporters:
  otlp_http:
    endpoint: {{ trimSuffix "/" (required "culprit.url is needed" .Values.culprit.url) }}
    headers:
      Authorization: Bearer ${env:CULPRIT_TOKEN}
    compression: gzip
    # Never given up: what is not taken waits on disk, and files are read no further when that is full.
    retry_on_failure:
      max_elapsed_time: 0s
    sending_queue:
      storage: file_storage
      queue_size: {{ .Values.nodes.queueSize }}
      block_on_overflow: true
service:
  extensions: [health_check, file_storage]
  telemetry:
    logs:
      level: warn
  pipelines:
    logs:
      receivers:
        - file_log/containers
        {{- if .Values.nodeLogs.files }}
        - file_log/nodes
        {{- end }}
        {{- if .Values.audit.enabled }}
        - file_log/audit
        {{- end }}
      exporters: [otlp_http]
{{- end -}}

{{/* How files are read: from their beginning, on from where the process before stopped, and again what was refused. */}}
{{- define "collector.fileReader" -}}
start_at: beginning
include_file_path: true
storage: file_storage
max_log_size: 1MiB
retry_on_failure:
  enabled: true
  max_elapsed_time: 0s
{{- end -}}

{{- define "collector.resource" -}}
k8s.cluster.name: {{ .Values.culprit.environment }}
k8s.node.name: ${env:NODE_NAME}
{{- end -}}
