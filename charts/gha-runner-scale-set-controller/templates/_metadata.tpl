{{/*
Metadata of an object that is rendered only if the user enables it: the chart's labels plus the user's labels for that object. Takes (dict
"root" context "name" string "labels" map "annotations" map).
*/}}
{{- define "gha-runner-scale-set-controller.optionalMetadata" -}}
name: {{ .name | quote }}
namespace: {{ include "gha-runner-scale-set-controller.namespace" .root | quote }}
labels:
  {{- $labels := include "gha-runner-scale-set-controller.labels" .root | fromYaml }}
  {{- include "gha-runner-scale-set-controller.texts" (list $labels .labels) | nindent 2 }}
{{- with .annotations }}
annotations:
  {{- include "gha-runner-scale-set-controller.texts" (list .) | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Selects the pods of all listeners, including shared ones. They run in the controller's namespace. */}}
{{- define "gha-runner-scale-set-controller.listenerSelector" -}}
matchLabels:
  app.kubernetes.io/part-of: gha-runner-scale-set
matchExpressions:
  - key: app.kubernetes.io/component
    operator: In
    values: [runner-scale-set-listener, shared-listener]
{{- end -}}

{{/* The port of a metrics server, or nothing if it is disabled. Takes (list context "controllerManagerAddr"|"listenerAddr"). */}}
{{- define "gha-runner-scale-set-controller.metricsPort" -}}
{{- $address := get (include "gha-runner-scale-set-controller.metrics" (first .) | fromYaml) (last .) -}}
{{- if not (has $address (list "" "0")) -}}
{{- include "gha-runner-scale-set-controller.port" (list (printf "metrics.%s" (last .)) $address) -}}
{{- end -}}
{{- end -}}

{{/* Egress rules of the controller and the listeners. */}}
{{- define "gha-runner-scale-set-controller.egress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
    {{- range .Values.networkPolicy.egressPorts }}
    - port: {{ int . }}
      protocol: TCP
    {{- end }}
{{- with .Values.networkPolicy.egress }}
{{ toYaml . }}
{{- end }}
{{- end -}}
