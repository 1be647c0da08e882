{{/* Conditions that several objects depend on; each renders "true" or nothing. */}}

{{- define "gha-runner-scale-set.createsGithubSecret" -}}
{{- if not (kindIs "string" .Values.githubConfigSecret) -}}true{{- end -}}
{{- end -}}

{{/* dind, kubernetes, kubernetes-novolume or nothing. */}}
{{- define "gha-runner-scale-set.containerMode" -}}
{{- $mode := (.Values.containerMode).type | default "" -}}
{{- if has $mode (list "dind" "kubernetes" "kubernetes-novolume") -}}{{- $mode -}}{{- end -}}
{{- end -}}

{{/* Whether jobs run in their own pods, which the runner's container hooks create. */}}
{{- define "gha-runner-scale-set.kubernetesMode" -}}
{{- if hasPrefix "kubernetes" (include "gha-runner-scale-set.containerMode" .) -}}true{{- end -}}
{{- end -}}

{{/* Whether a PodDisruptionBudget blocks evictions of pods that run jobs. */}}
{{- define "gha-runner-scale-set.protectsBusyRunners" -}}
{{- if eq "protectBusy" ((.Values.policy).disruption | default "") -}}true{{- end -}}
{{- end -}}

{{/* Whether the controller marks pods when their jobs start. An empty policy.jobMetadata also enables this. */}}
{{- define "gha-runner-scale-set.marksBusyRunners" -}}
{{- $policy := .Values.policy | default dict -}}
{{- if include "gha-runner-scale-set.protectsBusyRunners" . -}}
true
{{- else if and (hasKey $policy "jobMetadata") (not (kindIs "invalid" $policy.jobMetadata)) -}}
true
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.userServiceAccountName" -}}
{{- ((.Values.template).spec).serviceAccountName | default "" -}}
{{- end -}}

{{- define "gha-runner-scale-set.createsKubeModeAccount" -}}
{{- if and (include "gha-runner-scale-set.kubernetesMode" .) (not (include "gha-runner-scale-set.userServiceAccountName" .)) -}}true{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.createsNoPermissionAccount" -}}
{{- if not (or (include "gha-runner-scale-set.kubernetesMode" .) (include "gha-runner-scale-set.userServiceAccountName" .)) -}}true{{- end -}}
{{- end -}}

{{/* A number of runners without its fraction. Strings are accepted, too, because some tools and --set-string pass them. */}}
{{- define "gha-runner-scale-set.count" -}}
{{- if kindIs "string" . -}}
{{- if toString . -}}{{- int64 (toString .) -}}{{- end -}}
{{- else if not (kindIs "invalid" .) -}}
{{- int64 . -}}
{{- end -}}
{{- end -}}
