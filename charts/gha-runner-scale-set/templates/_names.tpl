{{/* The name that workflows use in runs-on. */}}
{{- define "gha-runner-scale-set.scaleSetName" -}}
{{- include "gha-runner-scale-set.text" .Values.runnerScaleSetName | default .Release.Name -}}
{{- end -}}

{{/* Prefix of the names of all objects but the AutoscalingRunnerSet. */}}
{{- define "gha-runner-scale-set.fullname" -}}
{{- printf "%s-gha-rs" (include "gha-runner-scale-set.scaleSetName" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "gha-runner-scale-set.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{/*
Names of the objects. A scale set's name may contain underscores, which the API server rejects in all names except those of roles and role
bindings.
*/}}
{{- define "gha-runner-scale-set.autoscalingRunnerSetName" -}}
{{- include "gha-runner-scale-set.scaleSetName" . | replace "_" "-" -}}
{{- end -}}

{{- define "gha-runner-scale-set.githubSecretName" -}}
{{- if kindIs "string" .Values.githubConfigSecret -}}
{{- .Values.githubConfigSecret -}}
{{- else -}}
{{- printf "%s-github-secret" (include "gha-runner-scale-set.fullname" .) | replace "_" "-" -}}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.noPermissionServiceAccountName" -}}
{{- printf "%s-no-permission" (include "gha-runner-scale-set.fullname" .) | replace "_" "-" -}}
{{- end -}}

{{- define "gha-runner-scale-set.kubeModeServiceAccountName" -}}
{{- include "gha-runner-scale-set.kubeModeRoleName" . | replace "_" "-" -}}
{{- end -}}

{{- define "gha-runner-scale-set.kubeModeRoleName" -}}
{{- printf "%s-kube-mode" (include "gha-runner-scale-set.fullname" .) -}}
{{- end -}}

{{- define "gha-runner-scale-set.managerRoleName" -}}
{{- printf "%s-manager" (include "gha-runner-scale-set.fullname" .) -}}
{{- end -}}

{{- define "gha-runner-scale-set.busyRunnersName" -}}
{{- printf "%s-busy" (include "gha-runner-scale-set.fullname" .) | replace "_" "-" -}}
{{- end -}}
