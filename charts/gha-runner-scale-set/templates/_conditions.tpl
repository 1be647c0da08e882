{{/* Questions that several objects depend on; each answers "true" or nothing. */}}

{{- define "gha-runner-scale-set.makesGithubSecret" -}}
{{- if not (kindIs "string" .Values.githubConfigSecret) -}}true{{- end -}}
{{- end -}}

{{/* dind, kubernetes, kubernetes-novolume or nothing. */}}
{{- define "gha-runner-scale-set.containerMode" -}}
{{- $mode := (.Values.containerMode).type | default "" -}}
{{- if has $mode (list "dind" "kubernetes" "kubernetes-novolume") -}}{{- $mode -}}{{- end -}}
{{- end -}}

{{/* Whether jobs run in pods of their own, which the runner's container hooks make. */}}
{{- define "gha-runner-scale-set.kubernetesMode" -}}
{{- if hasPrefix "kubernetes" (include "gha-runner-scale-set.containerMode" .) -}}true{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.userServiceAccountName" -}}
{{- ((.Values.template).spec).serviceAccountName | default "" -}}
{{- end -}}

{{- define "gha-runner-scale-set.makesKubeModeAccount" -}}
{{- if and (include "gha-runner-scale-set.kubernetesMode" .) (not (include "gha-runner-scale-set.userServiceAccountName" .)) -}}true{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.makesNoPermissionAccount" -}}
{{- if not (or (include "gha-runner-scale-set.kubernetesMode" .) (include "gha-runner-scale-set.userServiceAccountName" .)) -}}true{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.isNumber" -}}
{{- if or (kindIs "int" .) (kindIs "int64" .) (kindIs "float64" .) (typeIs "json.Number" .) -}}true{{- end -}}
{{- end -}}
