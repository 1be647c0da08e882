{{/*
Metadata of one object. Takes (dict "root" context "name" string "resource" key-in-resourceMeta "component" string). The finalizer keeps
credentials and permissions until the controller has removed the runners and then the finalizer, because helm uninstall deletes everything
at once.
*/}}
{{- define "gha-runner-scale-set.metadata" -}}
{{- include "gha-runner-scale-set.validate" .root -}}
{{- $meta := get (.root.Values.resourceMeta | default dict) .resource | default dict -}}
name: {{ .name | quote }}
namespace: {{ include "gha-runner-scale-set.namespace" .root | quote }}
labels:
  {{- $global := include "gha-runner-scale-set.userLabels" (list .root .root.Values.labels) | fromYaml }}
  {{- $reserved := include "gha-runner-scale-set.reservedLabels" . | fromYaml }}
  {{- include "gha-runner-scale-set.texts" (list $global $meta.labels $reserved) | nindent 2 }}
{{- if or .root.Values.annotations $meta.annotations }}
annotations:
  {{- include "gha-runner-scale-set.texts" (list .root.Values.annotations $meta.annotations) | nindent 2 }}
{{- end }}
finalizers:
  - actions.github.com/cleanup-protection
{{- end -}}

{{/*
Metadata of the AutoscalingRunnerSet. The user's labels and annotations cannot override those that the controller reads. There is no
finalizer, because the controller adds its own.
*/}}
{{- define "gha-runner-scale-set.autoscalingRunnerSetMetadata" -}}
{{- include "gha-runner-scale-set.validate" . -}}
{{- $meta := (.Values.resourceMeta).autoscalingRunnerSet | default dict -}}
name: {{ include "gha-runner-scale-set.autoscalingRunnerSetName" . | quote }}
namespace: {{ include "gha-runner-scale-set.namespace" . | quote }}
labels:
  {{- $user := include "gha-runner-scale-set.texts" (list .Values.labels $meta.labels) | fromYaml }}
  {{- $user = include "gha-runner-scale-set.userLabels" (list . $user) | fromYaml }}
  {{- $reserved := include "gha-runner-scale-set.reservedLabels" (dict "root" . "component" "autoscaling-runner-set") | fromYaml }}
  {{- include "gha-runner-scale-set.texts" (list $user $reserved) | nindent 2 }}
annotations:
  {{- $user = include "gha-runner-scale-set.texts" (list .Values.annotations $meta.annotations) | fromYaml }}
  {{- $user = include "gha-runner-scale-set.userAnnotations" $user | fromYaml }}
  {{- $reserved = include "gha-runner-scale-set.reservedAnnotations" . | fromYaml }}
  {{- include "gha-runner-scale-set.texts" (list $user $reserved) | nindent 2 }}
{{- end -}}

{{/*
A hash that changes with any value, and the names of the objects whose finalizers the controller removes once the AutoscalingRunnerSet is
deleted.
*/}}
{{- define "gha-runner-scale-set.reservedAnnotations" -}}
actions.github.com/values-hash: {{ toJson .Values | sha256sum | trunc 63 | quote }}
{{- if include "gha-runner-scale-set.createsGithubSecret" . }}
actions.github.com/cleanup-github-secret-name: {{ include "gha-runner-scale-set.githubSecretName" . | quote }}
{{- end }}
actions.github.com/cleanup-manager-role-binding: {{ include "gha-runner-scale-set.managerRoleName" . | quote }}
actions.github.com/cleanup-manager-role-name: {{ include "gha-runner-scale-set.managerRoleName" . | quote }}
{{- if include "gha-runner-scale-set.createsKubeModeAccount" . }}
actions.github.com/cleanup-kubernetes-mode-role-binding-name: {{ include "gha-runner-scale-set.kubeModeRoleName" . | quote }}
actions.github.com/cleanup-kubernetes-mode-role-name: {{ include "gha-runner-scale-set.kubeModeRoleName" . | quote }}
actions.github.com/cleanup-kubernetes-mode-service-account-name: {{ include "gha-runner-scale-set.kubeModeServiceAccountName" . | quote }}
{{- end }}
{{- if include "gha-runner-scale-set.createsNoPermissionAccount" . }}
actions.github.com/cleanup-no-permission-service-account-name: {{ include "gha-runner-scale-set.noPermissionServiceAccountName" . | quote }}
{{- end }}
{{- end -}}

{{/* Labels that the chart sets itself. Takes (dict "root" context "component" string). */}}
{{- define "gha-runner-scale-set.reservedLabels" -}}
{{- $name := include "gha-runner-scale-set.scaleSetName" .root -}}
helm.sh/chart: {{ printf "gha-rs-%s" .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/name: {{ $name | quote }}
app.kubernetes.io/instance: {{ $name | quote }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
app.kubernetes.io/part-of: gha-rs
actions.github.com/scale-set-name: {{ $name | quote }}
actions.github.com/scale-set-namespace: {{ include "gha-runner-scale-set.namespace" .root | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The user's labels without those reserved for the chart or the controller. Takes (list context labels). */}}
{{- define "gha-runner-scale-set.userLabels" -}}
{{- $reserved := include "gha-runner-scale-set.reservedLabels" (dict "root" (first .) "component" "any") | fromYaml -}}
{{- $labels := dict -}}
{{- range $key, $value := last . -}}
{{- if not (or (hasKey $reserved $key) (hasPrefix "actions.github.com/" $key)) -}}
{{- $_ := set $labels $key $value -}}
{{- end -}}
{{- end -}}
{{- include "gha-runner-scale-set.texts" (list $labels) -}}
{{- end -}}

{{- define "gha-runner-scale-set.userAnnotations" -}}
{{- $annotations := dict -}}
{{- range $key, $value := . -}}
{{- if not (or (hasPrefix "actions.github.com/cleanup-" $key) (eq $key "actions.github.com/values-hash")) -}}
{{- $_ := set $annotations $key $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}

{{/* Metadata of the objects that the controller creates; each is a field of the spec. */}}
{{- define "gha-runner-scale-set.specMetadata" -}}
{{- $fields := dict "autoscalingListener" "autoscalingListener" -}}
{{- range list "listenerServiceAccount" "listenerRole" "listenerRoleBinding" "listenerConfigSecret" "ephemeralRunnerSet" "ephemeralRunner" "ephemeralRunnerConfigSecret" -}}
{{- $_ := set $fields . (printf "%sMetadata" .) -}}
{{- end -}}
{{- $spec := dict -}}
{{- range $resource, $field := $fields -}}
{{- with include "gha-runner-scale-set.labelsAndAnnotations" (get ($.Values.resourceMeta | default dict) $resource) -}}
{{- $_ := set $spec $field (fromYaml .) -}}
{{- end -}}
{{- end -}}
{{- with $spec -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{/* The labels and annotations of a metadata block as YAML, or nothing if there are none. */}}
{{- define "gha-runner-scale-set.labelsAndAnnotations" -}}
{{- $metadata := dict -}}
{{- range $key, $texts := pick (. | default dict) "labels" "annotations" -}}
{{- with $texts -}}
{{- $_ := set $metadata $key (include "gha-runner-scale-set.texts" (list .) | fromYaml) -}}
{{- end -}}
{{- end -}}
{{- with $metadata -}}{{- toYaml . -}}{{- end -}}
{{- end -}}
