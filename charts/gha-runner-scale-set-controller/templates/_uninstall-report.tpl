{{/*
The report of an uninstallation: a hook that Helm runs when everything else of the release is deleted. Its job reports on the scale
sets that are still there that nothing serves them any more. It runs the controller's program in a pod like the controller's.
*/}}

{{/* At most 63 characters, as Kubernetes labels the job's pods with it. */}}
{{- define "gha-runner-scale-set-controller.uninstallReport.name" -}}
{{- include "gha-runner-scale-set-controller.fullname" . | trunc 46 | trimSuffix "-" | printf "%s-uninstall-report" -}}
{{- end -}}

{{/* Which pods are the report's; no selector of the controller's must match them. */}}
{{- define "gha-runner-scale-set-controller.uninstallReport.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gha-runner-scale-set-controller.name" . | trunc 46 | trimSuffix "-" | printf "%s-uninstall-report" | quote }}
app.kubernetes.io/namespace: {{ include "gha-runner-scale-set-controller.namespace" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* Metadata of one of its objects, which live as long as the report takes. Takes (list context namespace), the latter empty for none. */}}
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

{{/* A priority class of the release is deleted by then. */}}
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
