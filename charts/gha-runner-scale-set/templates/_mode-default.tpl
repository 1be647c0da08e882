{{/*
Each container mode renders the pod's containers, initContainers and volumes. Takes (dict "root" context "spec" the user's pod spec).

No container mode: the user's pod spec unchanged, plus the TLS settings of the runner.
*/}}
{{- define "gha-runner-scale-set.mode.default" -}}
{{- $tlsEnv := include "gha-runner-scale-set.tls.env" .root | fromYamlArray -}}
{{- $tlsMounts := include "gha-runner-scale-set.tls.volumeMounts" .root | fromYamlArray -}}
{{- $containers := list -}}
{{- range .spec.containers -}}
{{- if eq .name "runner" -}}
{{- $runner := dict "container" . "env" $tlsEnv "volumeMounts" $tlsMounts -}}
{{- $containers = append $containers (include "gha-runner-scale-set.container" $runner | fromYaml) -}}
{{- else -}}
{{- $containers = append $containers . -}}
{{- end -}}
{{- end -}}
{{- with .spec.initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  {{- toYaml $containers | nindent 2 }}
{{- $tlsVolumes := include "gha-runner-scale-set.tls.volumes" .root | fromYamlArray }}
{{- with include "gha-runner-scale-set.chartFirst" (list .spec.volumes $tlsVolumes) | fromYamlArray }}
volumes:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
