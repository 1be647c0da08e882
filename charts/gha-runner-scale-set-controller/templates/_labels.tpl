{{/* Labels by which the Deployment selects its pods. Never change them between versions: the API server rejects a changed selector. */}}
{{- define "gha-runner-scale-set-controller.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gha-runner-scale-set-controller.name" . | quote }}
app.kubernetes.io/namespace: {{ include "gha-runner-scale-set-controller.namespace" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* Labels of the Deployment and the ServiceAccount; the user's labels override the chart's. */}}
{{- define "gha-runner-scale-set-controller.labels" -}}
{{- $labels := include "gha-runner-scale-set-controller.selectorLabels" . | fromYaml -}}
{{- $_ := set $labels "helm.sh/chart" (printf "gha-rs-controller-%s" .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $_ = set $labels "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ = set $labels "app.kubernetes.io/part-of" "gha-rs-controller" -}}
{{- $_ = set $labels "app.kubernetes.io/managed-by" .Release.Service -}}
{{- include "gha-runner-scale-set-controller.texts" (list $labels .Values.labels) -}}
{{- end -}}

{{/* Labels by which the chart gha-runner-scale-set finds the controller that serves its namespace. */}}
{{- define "gha-runner-scale-set-controller.discoveryLabels" -}}
actions.github.com/controller-service-account-namespace: {{ include "gha-runner-scale-set-controller.namespace" . | quote }}
actions.github.com/controller-service-account-name: {{ include "gha-runner-scale-set-controller.serviceAccountName" . | quote }}
{{- with .Values.flags.watchSingleNamespace }}
actions.github.com/controller-watch-single-namespace: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "gha-runner-scale-set-controller.podLabels" -}}
{{- $labels := include "gha-runner-scale-set-controller.selectorLabels" . | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/part-of" "gha-rs-controller" -}}
{{- $_ = set $labels "app.kubernetes.io/component" "controller-manager" -}}
{{- $_ = set $labels "app.kubernetes.io/version" (.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- include "gha-runner-scale-set-controller.texts" (list $labels .Values.podLabels) -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.podAnnotations" -}}
{{- include "gha-runner-scale-set-controller.texts" (list (dict "kubectl.kubernetes.io/default-container" "manager") .Values.podAnnotations) -}}
{{- end -}}
