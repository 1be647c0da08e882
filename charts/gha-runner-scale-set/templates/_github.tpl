{{/* A proxy of the spec. Takes the proxy's values. */}}
{{- define "gha-runner-scale-set.proxy" -}}
{{- $proxy := dict -}}
{{- range $scheme := list "http" "https" -}}
{{- $server := get $ $scheme | default dict -}}
{{- $fields := dict -}}
{{- range $key := list "url" "credentialSecretRef" -}}
{{- with get $server $key -}}
{{- $_ := set $fields $key . -}}
{{- end -}}
{{- end -}}
{{- with $fields -}}
{{- $_ := set $proxy $scheme . -}}
{{- end -}}
{{- end -}}
{{- with .noProxy -}}
{{- $_ := set $proxy "noProxy" . -}}
{{- end -}}
{{- with $proxy -}}{{- toYaml . -}}{{- end -}}
{{- end -}}

{{/*
The vault from which the controller reads credentials instead of Kubernetes Secrets. The snake_case spelling is the one that the Go system
documents.
*/}}
{{- define "gha-runner-scale-set.vaultConfig" -}}
{{- with .Values.keyVault -}}
{{- $azure := .azureKeyVault | default dict -}}
{{- $snake := .azure_key_vault | default dict -}}
type: {{ .type | quote }}
{{- with .proxy | default $snake.proxy }}
{{- with include "gha-runner-scale-set.proxy" . }}
proxy:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
azureKeyVault:
  url: {{ default $snake.url $azure.url | quote }}
  tenantId: {{ default $snake.tenant_id $azure.tenantId | quote }}
  clientId: {{ default $snake.client_id $azure.clientId | quote }}
  certificatePath: {{ default $snake.certificate_path $azure.certificatePath | quote }}
{{- end -}}
{{- end -}}
