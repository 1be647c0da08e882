{{/*
The uninstall report: a hook that Helm runs after everything else of the release has been deleted. Its Job reports on each remaining scale
set that no controller serves it any longer. It runs the controller's binary in a pod like the controller's.
*/}}

{{/* At most 63 characters, because Kubernetes uses the name as a label of the Job's pods. */}}
{{- define "gha-runner-scale-set-controller.uninstallReport.name" -}}
{{- include "gha-runner-scale-set-controller.fullname" . | trunc 46 | trimSuffix "-" | printf "%s-uninstall-report" -}}
{{- end -}}

{{/* Labels that identify the report's pods. No selector of the controller may match them. */}}
{{- define "gha-runner-scale-set-controller.uninstallReport.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gha-runner-scale-set-controller.name" . | trunc 46 | trimSuffix "-" | printf "%s-uninstall-report" | quote }}
app.kubernetes.io/namespace: {{ include "gha-runner-scale-set-controller.namespace" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/*
Metadata of one of the report's objects, which exist only while it runs. Takes (list context namespace); an empty namespace renders none.
*/}}
{{- define "gha-runner-scale-set-controller.uninstallReport.metadata" -}}
{{- $root := first . -}}
{{- $labels := include "gha-runner-scale-set-controller.labels" $root | fromYaml -}}
{{- $own := include "gha-runner-scale-set-controller.uninstallReport.selectorLabels" $root | fromYaml -}}
name: {{ include "gha-runner-scale-set-controller.uninstallReport.name" $root | quote }}
{{- with last . }}
namespace: {{ . | quote }}
{{- end }}
labels:
  {{- include "gha-runner-scale-set-controller.texts" (list $labels $own) | nindent 2 }}
annotations:
  helm.sh/hook: post-delete
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end -}}

{{- define "gha-runner-scale-set-controller.uninstallReport.podLabels" -}}
{{- $labels := include "gha-runner-scale-set-controller.podLabels" . | fromYaml -}}
{{- $own := include "gha-runner-scale-set-controller.uninstallReport.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/component" "uninstall-report" -}}
{{- include "gha-runner-scale-set-controller.texts" (list $labels $own) -}}
{{- end -}}

{{/* A PriorityClass that belongs to the release has already been deleted. */}}
{{- define "gha-runner-scale-set-controller.uninstallReport.priorityClassName" -}}
{{- if not (.Values.priorityClass).create -}}
{{- .Values.priorityClassName -}}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.uninstallReport.args" -}}
{{- $flags := .Values.flags -}}
- --report-uninstalled
{{- include "gha-runner-scale-set-controller.arg" (list "log-level" $flags.logLevel) }}
{{- include "gha-runner-scale-set-controller.arg" (list "log-format" $flags.logFormat) }}
{{- include "gha-runner-scale-set-controller.arg" (list "watch-namespace" $flags.watchSingleNamespace) }}
{{- end -}}
