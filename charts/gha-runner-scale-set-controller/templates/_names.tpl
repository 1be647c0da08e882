{{/* The name in labels. */}}
{{- define "gha-runner-scale-set-controller.name" -}}
{{- default "gha-rs-controller" .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
The name of the Deployment and the prefix of every other object. If the release's name contains the chart's name, the chart's name is not
appended.
*/}}
{{- define "gha-runner-scale-set-controller.fullname" -}}
{{- $name := default "gha-rs-controller" .Values.nameOverride -}}
{{- $fullname := printf "%s-%s" .Release.Name $name -}}
{{- if .Values.fullnameOverride -}}
{{- $fullname = .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- $fullname = .Release.Name -}}
{{- end -}}
{{- $fullname | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{/*
The service account of the controller. The name "default" is rejected, because every pod in the namespace without its own service account
would get the controller's permissions.
*/}}
{{- define "gha-runner-scale-set-controller.serviceAccountName" -}}
{{- $name := .Values.serviceAccount.name -}}
{{- if eq ($name | toString) "default" -}}
{{- fail "serviceAccount.name cannot be set to 'default'" -}}
{{- end -}}
{{- if and (not $name) (not .Values.serviceAccount.create) -}}
{{- fail "serviceAccount.name must be set if serviceAccount.create is false" -}}
{{- end -}}
{{- default (include "gha-runner-scale-set-controller.fullname" .) $name -}}
{{- end -}}

{{/*
The controller's image. Values copied from the Go controller's chart may name that controller's image, which does not accept these
arguments.
*/}}
{{- define "gha-runner-scale-set-controller.image" -}}
{{- if hasSuffix "actions/gha-runner-scale-set-controller" .Values.image.repository -}}
{{- fail (printf "image.repository is %s, the image of the Go controller, which cannot run with this chart: remove image.repository and image.tag from your values, or set them to a copy of ghcr.io/arc4j/arc4j" .Values.image.repository) -}}
{{- end -}}
{{- printf "%s:%s" .Values.image.repository (include "gha-runner-scale-set-controller.text" .Values.image.tag | default .Chart.AppVersion) -}}
{{- with .Values.image.digest -}}
{{- printf "@%s" . -}}
{{- end -}}
{{- end -}}

{{/* The priority class of the controller's pods, or nothing. */}}
{{- define "gha-runner-scale-set-controller.priorityClassName" -}}
{{- if .Values.priorityClassName -}}
{{- .Values.priorityClassName -}}
{{- else if (.Values.priorityClass).create -}}
{{- include "gha-runner-scale-set-controller.fullname" . -}}
{{- end -}}
{{- end -}}
