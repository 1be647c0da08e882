{{/* The template of runner pods: the user's template, with the additions of the container mode and the TLS settings. */}}
{{- define "gha-runner-scale-set.podTemplate" -}}
{{- with include "gha-runner-scale-set.labelsAndAnnotations" (.Values.template).metadata }}
metadata:
  {{- . | nindent 2 }}
{{- end }}
spec:
  {{- include "gha-runner-scale-set.podSpec" . | nindent 2 }}
{{- end -}}

{{- define "gha-runner-scale-set.podSpec" -}}
{{- $user := (.Values.template).spec | default dict -}}
{{- $spec := dict -}}
{{- range $key, $value := omit $user "containers" "initContainers" "volumes" "serviceAccountName" -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $spec $key $value -}}
{{- end -}}
{{- end -}}
{{- if not $spec.restartPolicy -}}
{{- $_ := set $spec "restartPolicy" "Never" -}}
{{- end -}}
{{- $_ := set $spec "serviceAccountName" (include "gha-runner-scale-set.podServiceAccountName" .) -}}
{{- $mode := include "gha-runner-scale-set.containerMode" . | default "default" -}}
{{- range $key, $value := include (printf "gha-runner-scale-set.mode.%s" $mode) (dict "root" . "spec" $user) | fromYaml -}}
{{- $_ := set $spec $key $value -}}
{{- end -}}
{{- toYaml $spec -}}
{{- end -}}

{{- define "gha-runner-scale-set.podServiceAccountName" -}}
{{- if include "gha-runner-scale-set.createsKubeModeAccount" . -}}
{{- include "gha-runner-scale-set.kubeModeServiceAccountName" . -}}
{{- else if include "gha-runner-scale-set.createsNoPermissionAccount" . -}}
{{- include "gha-runner-scale-set.noPermissionServiceAccountName" . -}}
{{- else -}}
{{- include "gha-runner-scale-set.userServiceAccountName" . -}}
{{- end -}}
{{- end -}}
