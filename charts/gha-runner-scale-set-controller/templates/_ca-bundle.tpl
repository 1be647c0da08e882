{{/*
A ConfigMap with certificate authorities, mounted as a directory, because a file mounted on its own is not updated when the ConfigMap
changes. The user's environment variables come after SSL_CERT_FILE and therefore override it.
*/}}

{{- define "gha-runner-scale-set-controller.caBundleKey" -}}
{{- (.Values.caBundle).key | default "ca.crt" -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.caBundleEnv" -}}
{{- if (.Values.caBundle).configMapName -}}
- name: SSL_CERT_FILE
  value: {{ printf "/etc/arc4j/ca-bundle/%s" (include "gha-runner-scale-set-controller.caBundleKey" .) | quote }}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.caBundleMount" -}}
{{- if (.Values.caBundle).configMapName -}}
- name: ca-bundle
  mountPath: /etc/arc4j/ca-bundle
  readOnly: true
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.caBundleVolume" -}}
{{- with (.Values.caBundle).configMapName -}}
- name: ca-bundle
  configMap:
    name: {{ . | quote }}
{{- end -}}
{{- end -}}
