{{/*
What runner pods need to trust the certificate of a GitHub Enterprise Server. Each part is a YAML list, which is empty if no certificate is
mounted.
*/}}

{{- define "gha-runner-scale-set.tls.mounted" -}}
{{- if (.Values.githubServerTLS).runnerMountPath -}}true{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.tls.path" -}}
{{- printf "%s/%s" .Values.githubServerTLS.runnerMountPath .Values.githubServerTLS.certificateFrom.configMapKeyRef.key | clean -}}
{{- end -}}

{{- define "gha-runner-scale-set.tls.env" -}}
{{- if include "gha-runner-scale-set.tls.mounted" . -}}
- name: NODE_EXTRA_CA_CERTS
  value: {{ include "gha-runner-scale-set.tls.path" . | quote }}
- name: RUNNER_UPDATE_CA_CERTS
  value: "1"
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.tls.volumeMounts" -}}
{{- if include "gha-runner-scale-set.tls.mounted" . -}}
- name: github-server-tls-cert
  mountPath: {{ include "gha-runner-scale-set.tls.path" . | quote }}
  subPath: {{ .Values.githubServerTLS.certificateFrom.configMapKeyRef.key | quote }}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.tls.volumes" -}}
{{- if include "gha-runner-scale-set.tls.mounted" . -}}
{{- $ref := .Values.githubServerTLS.certificateFrom.configMapKeyRef -}}
- name: github-server-tls-cert
  configMap:
    name: {{ $ref.name | quote }}
    items:
      - key: {{ $ref.key | quote }}
        path: {{ $ref.key | quote }}
{{- end -}}
{{- end -}}
