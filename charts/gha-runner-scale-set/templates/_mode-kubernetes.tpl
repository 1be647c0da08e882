{{/* Container mode kubernetes: each job runs in its own pod, which shares the work volume with the runner. */}}
{{- define "gha-runner-scale-set.mode.kubernetes" -}}
{{- $runner := include "gha-runner-scale-set.byName" (list "runner" .spec.containers) | fromYaml -}}
{{- $env := include "gha-runner-scale-set.kubernetes.env" "/home/runner/k8s/index.js" | fromYamlArray -}}
{{- $env = concat $env (include "gha-runner-scale-set.tls.env" .root | fromYamlArray) -}}
{{- $mounts := list (dict "name" "work" "mountPath" "/home/runner/_work") -}}
{{- $mounts = concat $mounts (include "gha-runner-scale-set.tls.volumeMounts" .root | fromYamlArray) -}}
{{- $claim := dict "spec" .root.Values.containerMode.kubernetesModeWorkVolumeClaim -}}
{{- $work := dict "name" "work" "ephemeral" (dict "volumeClaimTemplate" $claim) -}}
{{- $volumes := append (include "gha-runner-scale-set.tls.volumes" .root | fromYamlArray) $work -}}
{{- include "gha-runner-scale-set.kubernetes.containers" (dict "spec" .spec "runner" $runner "env" $env "volumeMounts" $mounts) }}
volumes:
  {{- include "gha-runner-scale-set.chartFirst" (list .spec.volumes $volumes) | nindent 2 }}
{{- end -}}

{{/*
Container mode kubernetes-novolume: the same without a shared volume; the hooks copy files between the pods. Empty lists are rendered, so
that an object created by the Go system's chart does not change.
*/}}
{{- define "gha-runner-scale-set.mode.kubernetes-novolume" -}}
{{- $runner := include "gha-runner-scale-set.byName" (list "runner" .spec.containers) | fromYaml -}}
{{- $env := include "gha-runner-scale-set.kubernetes.env" "/home/runner/k8s-novolume/index.js" | fromYamlArray -}}
{{- $env = append $env (dict "name" "ACTIONS_RUNNER_IMAGE" "value" ($runner.image | default "")) -}}
{{- $env = concat $env (include "gha-runner-scale-set.tls.env" .root | fromYamlArray) -}}
{{- $mounts := include "gha-runner-scale-set.tls.volumeMounts" .root | fromYamlArray -}}
{{- $volumes := include "gha-runner-scale-set.tls.volumes" .root | fromYamlArray -}}
{{- include "gha-runner-scale-set.kubernetes.containers" (dict "spec" .spec "runner" $runner "env" $env "volumeMounts" $mounts "keepEmpty" true) }}
volumes:
  {{- include "gha-runner-scale-set.chartFirst" (list .spec.volumes $volumes) | nindent 2 }}
{{- end -}}

{{- define "gha-runner-scale-set.kubernetes.env" -}}
- name: ACTIONS_RUNNER_CONTAINER_HOOKS
  value: {{ . }}
- name: ACTIONS_RUNNER_POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER
  value: "true"
{{- end -}}

{{/* The runner, then the user's other containers. Takes (dict "spec" "runner" "env" "volumeMounts" "keepEmpty"). */}}
{{- define "gha-runner-scale-set.kubernetes.containers" -}}
{{- with .spec.initContainers -}}
initContainers:
  {{- toYaml . | nindent 2 }}
{{ end -}}
containers:
  {{- $runner := dict "container" .runner "env" .env "volumeMounts" .volumeMounts "keepEmpty" .keepEmpty }}
  - {{- include "gha-runner-scale-set.container" $runner | nindent 4 }}
  {{- with include "gha-runner-scale-set.withoutNames" (list (list "runner") .spec.containers) | fromYamlArray }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
