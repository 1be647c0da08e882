{{/*
Container mode dind: a Docker daemon in the runner's pod. From Kubernetes 1.29 on it is a native sidecar, which is ready before the runner
starts and ends after it; in older versions it is a regular container.
*/}}
{{- define "gha-runner-scale-set.mode.dind" -}}
{{- $runner := include "gha-runner-scale-set.byName" (list "runner" .spec.containers) | fromYaml -}}
{{- $sidecar := semverCompare ">=1.29.0-0" .root.Capabilities.KubeVersion.Version -}}
{{- $custom := .root.Values.containerMode -}}
{{- $dind := dict "defaults" (include "gha-runner-scale-set.dind.container" $sidecar | fromYaml) "custom" $custom.dind -}}
{{- $dind = include "gha-runner-scale-set.dind.customized" $dind | fromYaml -}}
{{- $externals := dict "defaults" (include "gha-runner-scale-set.dind.externals" $runner | fromYaml) "custom" $custom.dindExternals -}}
{{- $externals = include "gha-runner-scale-set.dind.customized" $externals | fromYaml -}}
{{- $env := concat (include "gha-runner-scale-set.dind.runnerEnv" . | fromYamlArray) (include "gha-runner-scale-set.tls.env" .root | fromYamlArray) -}}
{{- $mounts := concat (include "gha-runner-scale-set.dind.runnerVolumeMounts" . | fromYamlArray) (include "gha-runner-scale-set.tls.volumeMounts" .root | fromYamlArray) -}}
{{- $volumes := concat (include "gha-runner-scale-set.tls.volumes" .root | fromYamlArray) (include "gha-runner-scale-set.dind.volumes" . | fromYamlArray) -}}
initContainers:
  {{- toYaml (list $externals) | nindent 2 }}
  {{- if $sidecar }}
  {{- toYaml (list $dind) | nindent 2 }}
  {{- end }}
  {{- with .spec.initContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
containers:
  - {{- include "gha-runner-scale-set.container" (dict "container" $runner "env" $env "volumeMounts" $mounts) | nindent 4 }}
  {{- if not $sidecar }}
  {{- toYaml (list $dind) | nindent 2 }}
  {{- end }}
  {{- with include "gha-runner-scale-set.withoutNames" (list (list "runner" "dind") .spec.containers) | fromYamlArray }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  {{- include "gha-runner-scale-set.chartFirst" (list .spec.volumes $volumes) | nindent 2 }}
{{- end -}}

{{/*
The init container, which copies the runner's externals (Node.js for actions) to a volume shared with the daemon. The runner mounts them into
job containers, and the daemon resolves such mounts in its own file system.
*/}}
{{- define "gha-runner-scale-set.dind.externals" -}}
name: init-dind-externals
image: {{ .image | quote }}
command: [cp]
args: [-r, /home/runner/externals/., /home/runner/tmpDir/]
volumeMounts:
  - name: dind-externals
    mountPath: /home/runner/tmpDir
{{- end -}}

{{/* The Docker daemon. Takes whether it is a native sidecar. */}}
{{- define "gha-runner-scale-set.dind.container" -}}
name: dind
image: docker:dind
args:
  - dockerd
  - --host=unix:///var/run/docker.sock
  - --group=$(DOCKER_GROUP_GID)
env:
  - name: DOCKER_GROUP_GID
    value: "123"
securityContext:
  privileged: true
{{- if . }}
restartPolicy: Always
startupProbe:
  exec:
    command: [docker, info]
  initialDelaySeconds: 0
  failureThreshold: 24
  periodSeconds: 5
{{- end }}
volumeMounts:
  - name: work
    mountPath: /home/runner/_work
  - name: dind-sock
    mountPath: /var/run
  - name: dind-externals
    mountPath: /home/runner/externals
{{- end -}}

{{- define "gha-runner-scale-set.dind.runnerEnv" -}}
- name: DOCKER_HOST
  value: unix:///var/run/docker.sock
- name: RUNNER_WAIT_FOR_DOCKER_IN_SECONDS
  value: "120"
{{- end -}}

{{- define "gha-runner-scale-set.dind.runnerVolumeMounts" -}}
- name: work
  mountPath: /home/runner/_work
- name: dind-sock
  mountPath: /var/run
{{- end -}}

{{- define "gha-runner-scale-set.dind.volumes" -}}
- name: dind-sock
  emptyDir: {}
- name: dind-externals
  emptyDir: {}
- name: work
  emptyDir: {}
{{- end -}}

{{/*
A container of the chart with the user's fields: env and volumeMounts are merged by name as in the runner container; other fields replace
the chart's, and an empty one removes it. Takes (dict "defaults" container "custom" map).
*/}}
{{- define "gha-runner-scale-set.dind.customized" -}}
{{- $container := omit .defaults "env" "volumeMounts" -}}
{{- $custom := .custom | default dict -}}
{{- range $key, $value := omit $custom "name" "env" "volumeMounts" -}}
{{- if $value -}}
{{- $_ := set $container $key $value -}}
{{- else -}}
{{- $_ := unset $container $key -}}
{{- end -}}
{{- end -}}
{{- $_ := set $container "env" $custom.env -}}
{{- $_ = set $container "volumeMounts" $custom.volumeMounts -}}
{{- include "gha-runner-scale-set.container" (dict "container" $container "env" .defaults.env "volumeMounts" .defaults.volumeMounts) -}}
{{- end -}}
