{{/*
Helm hooks: Jobs that run the controller's binary in a pod like the controller's, with a service account of their own. Their objects exist
only while they run. "hook" is the end of the objects' names.
*/}}

{{/* At most 63 characters, because Kubernetes uses the name as a label of the Job's pods. Takes (list context hook). */}}
{{- define "gha-runner-scale-set-controller.hook.name" -}}
{{- include "gha-runner-scale-set-controller.hook.suffixed" (list (include "gha-runner-scale-set-controller.fullname" (first .)) (last .)) -}}
{{- end -}}

{{/* Takes (list text hook). */}}
{{- define "gha-runner-scale-set-controller.hook.suffixed" -}}
{{- printf "%s-%s" (first . | trunc (len (last .) | sub 62 | int) | trimSuffix "-") (last .) -}}
{{- end -}}

{{/* Labels that identify the hook's pods. No selector of the controller may match them. Takes (list context hook). */}}
{{- define "gha-runner-scale-set-controller.hook.selectorLabels" -}}
{{- $root := first . -}}
app.kubernetes.io/name: {{ include "gha-runner-scale-set-controller.hook.suffixed" (list (include "gha-runner-scale-set-controller.name" $root) (last .)) | quote }}
app.kubernetes.io/namespace: {{ include "gha-runner-scale-set-controller.namespace" $root | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
{{- end -}}

{{/*
Metadata of one of the hook's objects. Takes (dict "root" context "hook" string "namespace" string "events" string "delete" string); an
empty namespace renders none.
*/}}
{{- define "gha-runner-scale-set-controller.hook.metadata" -}}
{{- $labels := include "gha-runner-scale-set-controller.labels" .root | fromYaml -}}
{{- $own := include "gha-runner-scale-set-controller.hook.selectorLabels" (list .root .hook) | fromYaml -}}
name: {{ include "gha-runner-scale-set-controller.hook.name" (list .root .hook) | quote }}
{{- with .namespace }}
namespace: {{ . | quote }}
{{- end }}
labels:
  {{- include "gha-runner-scale-set-controller.texts" (list $labels $own) | nindent 2 }}
annotations:
  helm.sh/hook: {{ .events }}
  helm.sh/hook-delete-policy: {{ .delete }}
{{- end -}}

{{/* The pod template. Takes (list context hook args). */}}
{{- define "gha-runner-scale-set-controller.hook.pod" -}}
{{- $root := first . -}}
{{- $hook := index . 1 -}}
{{- $labels := include "gha-runner-scale-set-controller.podLabels" $root | fromYaml -}}
{{- $own := include "gha-runner-scale-set-controller.hook.selectorLabels" (list $root $hook) | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/component" $hook -}}
metadata:
  annotations:
    {{- include "gha-runner-scale-set-controller.podAnnotations" $root | nindent 4 }}
  labels:
    {{- include "gha-runner-scale-set-controller.texts" (list $labels $own) | nindent 4 }}
spec:
  restartPolicy: Never
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  serviceAccountName: {{ include "gha-runner-scale-set-controller.hook.name" (list $root $hook) | quote }}
  {{- with $root.Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- /* A PriorityClass of the release does not exist yet, or no longer exists. */}}
  {{- if not ($root.Values.priorityClass).create }}
  {{- with $root.Values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- end }}
  containers:
    - name: manager
      image: {{ include "gha-runner-scale-set-controller.image" $root | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command: [/manager]
      args:
        {{- last . | nindent 8 }}
      env:
        {{- include "gha-runner-scale-set-controller.env" $root | nindent 8 }}
      {{- with $root.Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        {{- include "gha-runner-scale-set-controller.volumeMounts" $root | nindent 8 }}
  volumes:
    {{- include "gha-runner-scale-set-controller.volumes" $root | nindent 4 }}
  {{- with include "gha-runner-scale-set-controller.placement" (omit $root.Values "topologySpreadConstraints") }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The spec of the NetworkPolicy for the hook's pods. Takes (list context hook). */}}
{{- define "gha-runner-scale-set-controller.hook.networkPolicy" -}}
podSelector:
  matchLabels:
    {{- include "gha-runner-scale-set-controller.hook.selectorLabels" . | nindent 4 }}
policyTypes: [Ingress, Egress]
egress:
  {{- include "gha-runner-scale-set-controller.egress" (first .) | nindent 2 }}
{{- end -}}

{{/* Logging flags. */}}
{{- define "gha-runner-scale-set-controller.hook.logArgs" -}}
{{- include "gha-runner-scale-set-controller.arg" (list "log-level" .Values.flags.logLevel) }}
{{- include "gha-runner-scale-set-controller.arg" (list "log-format" .Values.flags.logFormat) }}
{{- end -}}
