{{/* Settings of Fluent Bit on a node. */}}
{{- define "collector.fluentbit" -}}
{{- $url := urlParse (required "culprit.url is needed" .Values.culprit.url) }}
{{- $isTls := eq $url.scheme "https" }}
{{- $hostParts := splitList ":" $url.host }}
{{- $port := ternary (index $hostParts (sub (len $hostParts) 1)) (ternary "443" "80" $isTls) (gt (len $hostParts) 1) }}
{{- $logs := trimSuffix "/" .Values.nodes.logDirectory -}}
service:
  flush: 1
  grace: 20
  log_level: warn
  http_server: true
  http_listen: 0.0.0.0
  http_port: 2020
  health_check: true
  # Chunks wait on disk and in order, as long as Culprit does not take them.
  storage.path: /buffers/chunks
  storage.sync: normal
  storage.checksum: true
  storage.max_chunks_up: 64
  storage.backlog.mem_limit: 32M
  storage.metrics: true
pipeline:
  inputs:
    # Lines as the runtime wrote them: Culprit takes the framing off, joins pieces and stack traces.
    - name: tail
      tag: kube.*
      path: {{ $logs }}/containers/*.log
      {{- with .Values.nodes.excludeNamespaces }}
      exclude_path: {{ range $index, $namespace := . }}{{ if $index }},{{ end }}{{ $logs }}/containers/*_{{ $namespace }}_*.log{{ end }}
      {{- end }}
      db: /buffers/containers.db
      read_from_head: true
      skip_long_lines: false
      buffer_max_size: 1M
      refresh_interval: 5
      rotate_wait: 30
      storage.type: filesystem
      storage.pause_on_chunks_overlimit: true
    {{- if .Values.nodeLogs.journal }}
    - name: systemd
      tag: node.*
      path: {{ $logs }}/journal
      db: /buffers/journal.db
      read_from_tail: false
      strip_underscores: false
      storage.type: filesystem
    {{- end }}
    {{- range $index, $file := .Values.nodeLogs.files }}
    - name: tail
      tag: file.{{ base $file }}
      path: {{ $file }}
      path_key: file
      db: /buffers/file-{{ $index }}.db
      read_from_head: true
      storage.type: filesystem
    {{- end }}
    {{- if .Values.audit.enabled }}
    - name: tail
      tag: audit.log
      path: {{ .Values.audit.path }}
      path_key: file
      db: /buffers/audit.db
      buffer_max_size: 4M
      read_from_head: true
      storage.type: filesystem
    {{- end }}
  filters:
    - name: kubernetes
      match: kube.*
      kube_tag_prefix: kube.{{ trimPrefix "/" $logs | replace "/" "." }}.containers.
      use_kubelet: false
      merge_log: false
      keep_log: true
      labels: true
      annotations: false
      buffer_size: 0
    - name: modify
      match: '*'
      add: cluster {{ .Values.culprit.environment }}
    - name: modify
      match: node.*
      add: node ${NODE_NAME}
    - name: modify
      match: file.*
      add: node ${NODE_NAME}
    - name: modify
      match: audit.*
      add: log_type kube-audit
  outputs:
    - name: http
      match: '*'
      host: {{ index $hostParts 0 }}
      port: {{ $port }}
      uri: /ingest/v1/logs
      format: json_lines
      json_date_key: received
      json_date_format: iso8601
      header: Authorization Bearer ${CULPRIT_TOKEN}
      compress: gzip
      tls: {{ ternary "on" "off" $isTls }}
      tls.verify: on
      # Never given up: what is not taken waits on disk.
      retry_limit: no_limits
      storage.total_limit_size: {{ .Values.nodes.bufferSize }}
      workers: 2
{{- end -}}
