{{/* Command line of the controller. The order is fixed so that an upgrade without changes does not restart the pod. */}}
{{- define "gha-runner-scale-set-controller.args" -}}
- --auto-scaling-runner-set-only
{{- if gt (int .Values.replicaCount) 1 }}
- --enable-leader-election
- {{ printf "--leader-election-id=%s" (include "gha-runner-scale-set-controller.fullname" .) | quote }}
{{- $election := .Values.flags.leaderElection | default dict }}
{{- include "gha-runner-scale-set-controller.arg" (list "leader-election-lease-duration" $election.leaseDuration) }}
{{- include "gha-runner-scale-set-controller.arg" (list "leader-election-renew-deadline" $election.renewDeadline) }}
{{- include "gha-runner-scale-set-controller.arg" (list "leader-election-retry-period" $election.retryPeriod) }}
{{- end }}
{{- range .Values.imagePullSecrets }}
- {{ printf "--auto-scaler-image-pull-secrets=%s" .name | quote }}
{{- end }}
{{- $flags := .Values.flags }}
{{- include "gha-runner-scale-set-controller.arg" (list "log-level" $flags.logLevel) }}
{{- include "gha-runner-scale-set-controller.arg" (list "log-format" $flags.logFormat) }}
{{- include "gha-runner-scale-set-controller.arg" (list "watch-single-namespace" $flags.watchSingleNamespace) }}
{{- include "gha-runner-scale-set-controller.arg" (list "runner-max-concurrent-reconciles" $flags.runnerMaxConcurrentReconciles) }}
{{- include "gha-runner-scale-set-controller.arg" (list "update-strategy" $flags.updateStrategy) }}
{{- range $namespace, $credentials := $flags.credentialsNamespaces }}
- {{ printf "--credentials-namespace=%s=%s" $namespace $credentials | quote }}
{{- end }}
{{- range $flags.allowedGitHubHosts }}
- {{ printf "--allowed-github-hosts=%s" . | quote }}
{{- end }}
{{- include "gha-runner-scale-set-controller.arg" (list "runner-start-timeout" $flags.runnerStartTimeout) }}
{{- include "gha-runner-scale-set-controller.arg" (list "otlp-endpoint" $flags.otlpEndpoint) }}
{{- if $flags.console }}
- --console
{{- end }}
{{- $_ := include "gha-runner-scale-set-controller.metricsPort" (list . "listenerAddr") }}
{{- with (include "gha-runner-scale-set-controller.metrics" . | fromYaml) }}
- {{ printf "--listener-metrics-addr=%s" .listenerAddr | quote }}
- {{ printf "--listener-metrics-endpoint=%s" .listenerEndpoint | quote }}
- {{ printf "--metrics-addr=%s" .controllerManagerAddr | quote }}
{{- end }}
{{- include "gha-runner-scale-set-controller.arg" (list "pprof-addr" (.Values.pprof).addr) }}
{{- range $flags.excludeLabelPropagationPrefixes }}
- {{ printf "--exclude-label-propagation-prefix=%s" . | quote }}
{{- end }}
{{- include "gha-runner-scale-set-controller.arg" (list "k8s-client-rate-limiter-qps" $flags.k8sClientRateLimiterQPS) }}
{{- include "gha-runner-scale-set-controller.arg" (list "k8s-client-rate-limiter-burst" $flags.k8sClientRateLimiterBurst) }}
{{- include "gha-runner-scale-set-controller.arg" (list "workqueue-rate-limiter" ($flags.rateLimiter).name) }}
{{- include "gha-runner-scale-set-controller.arg" (list "health-probe-bind-address" $flags.healthProbeBindAddress) }}
{{- with (.Values.caBundle).configMapName }}
- {{ printf "--listener-ca-bundle=%s/%s" . (include "gha-runner-scale-set-controller.caBundleKey" $) | quote }}
{{- end }}
{{- include "gha-runner-scale-set-controller.arg" (list "listener-template" $flags.listenerTemplate) }}
{{- range $flags.listenerTemplateMetadata }}
- {{ printf "--listener-template-metadata=%s" . | quote }}
{{- end }}
{{- include "gha-runner-scale-set-controller.arg" (list "vault-certificate-directory" $flags.vaultCertificateDirectory) }}
{{- if include "gha-runner-scale-set-controller.shared" . }}
- --listener-mode=shared
- {{ printf "--listener-replicas=%s" (include "gha-runner-scale-set-controller.sharedListenerCount" .) | quote }}
- {{ printf "--shared-listener-name=%s" (include "gha-runner-scale-set-controller.sharedListenerName" .) | quote }}
{{- with include "gha-runner-scale-set-controller.sharedListenerTemplate" . }}
{{- /* In arguments, $(NAME) is a reference to an environment variable. */}}
- {{ printf "--shared-listener-template=%s" (. | replace "$(" "$$(") | quote }}
{{- end }}
{{- range .Values.listener.keyVaultNamespaces }}
- {{ printf "--shared-listener-vault-namespace=%s" . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* One argument on its own line, or nothing if the value is not set. Takes (list name value). */}}
{{- define "gha-runner-scale-set-controller.arg" -}}
{{- if last . }}
- {{ printf "--%s=%s" (first .) (include "gha-runner-scale-set-controller.text" (last .)) | quote }}
{{- end }}
{{- end -}}

{{/*
The three metrics settings as text. "0" disables a metrics server. Once one of them is set, the others default to empty instead of "0".
*/}}
{{- define "gha-runner-scale-set-controller.metrics" -}}
{{- $set := .Values.metrics | default dict -}}
{{- if include "gha-runner-scale-set-controller.metricsOn" . -}}
controllerManagerAddr: {{ include "gha-runner-scale-set-controller.text" $set.controllerManagerAddr | quote }}
listenerAddr: {{ include "gha-runner-scale-set-controller.text" $set.listenerAddr | quote }}
{{- /* The controller rejects an address without a path. */}}
{{- $off := has (include "gha-runner-scale-set-controller.text" $set.listenerAddr) (list "" "0") }}
listenerEndpoint: {{ $set.listenerEndpoint | default (ternary "" "/metrics" $off) | quote }}
{{- else -}}
controllerManagerAddr: "0"
listenerAddr: "0"
listenerEndpoint: ""
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.metricsOn" -}}
{{- with .Values.metrics -}}
{{- if or .controllerManagerAddr .listenerAddr .listenerEndpoint -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.ports" -}}
{{- if include "gha-runner-scale-set-controller.metricsOn" . }}
{{- $address := (include "gha-runner-scale-set-controller.metrics" . | fromYaml).controllerManagerAddr }}
{{- $port := include "gha-runner-scale-set-controller.port" (list "metrics.controllerManagerAddr" $address) }}
{{- /* "0" means no metrics server, so there is no port either. */}}
{{- if ne $port "0" }}
- containerPort: {{ $port }}
  protocol: TCP
  name: metrics
{{- end }}
{{- end }}
{{- with (.Values.pprof).addr }}
- containerPort: {{ include "gha-runner-scale-set-controller.port" (list "pprof.addr" .) }}
  protocol: TCP
  name: pprof
{{- end }}
{{- end -}}

{{/* The port at the end of an address such as ":8080". Takes (list key address). */}}
{{- define "gha-runner-scale-set-controller.port" -}}
{{- $port := last . | regexFind "[0-9]+$" -}}
{{- if not $port -}}
{{- fail (printf "Values.%s must end with a numeric port" (first .)) -}}
{{- end -}}
{{- $port -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.probes" -}}
{{- with .Values.flags.healthProbeBindAddress -}}
{{- $port := include "gha-runner-scale-set-controller.port" (list "flags.healthProbeBindAddress" .) -}}
livenessProbe:
  httpGet:
    path: /healthz
    port: {{ $port }}
  initialDelaySeconds: 15
  periodSeconds: 20
readinessProbe:
  httpGet:
    path: /readyz
    port: {{ $port }}
  initialDelaySeconds: 5
  periodSeconds: 10
{{- end -}}
{{- end -}}

{{/* The controller starts listeners from its own image, so it needs the image's name. */}}
{{- define "gha-runner-scale-set-controller.env" -}}
- name: CONTROLLER_MANAGER_CONTAINER_IMAGE
  value: {{ include "gha-runner-scale-set-controller.image" . | quote }}
- name: CONTROLLER_MANAGER_POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- if gt (int .Values.replicaCount) 1 }}
# A restarted container takes over its pod's Lease immediately.
- name: CONTROLLER_MANAGER_POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: CONTROLLER_MANAGER_POD_UID
  valueFrom:
    fieldRef:
      fieldPath: metadata.uid
{{- end }}
{{- with include "gha-runner-scale-set-controller.caBundleEnv" . }}
{{ . }}
{{- end }}
{{- if and .Values.env (kindIs "slice" .Values.env) }}
{{ toYaml .Values.env }}
{{- end }}
{{- end -}}

{{- define "gha-runner-scale-set-controller.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- with include "gha-runner-scale-set-controller.caBundleMount" . }}
{{ . }}
{{- end }}
{{- with .Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "gha-runner-scale-set-controller.volumes" -}}
- name: tmp
  emptyDir: {}
{{- with include "gha-runner-scale-set-controller.caBundleVolume" . }}
{{ . }}
{{- end }}
{{- with .Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Scheduling constraints of a pod. Takes a map that may contain these fields of the pod. */}}
{{- define "gha-runner-scale-set-controller.placement" -}}
{{- range $key := list "nodeSelector" "affinity" "topologySpreadConstraints" "tolerations" }}
{{- with get $ $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
