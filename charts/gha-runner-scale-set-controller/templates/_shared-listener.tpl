{{/*
Shared listeners: with listener.mode "shared", Deployments with one pod each that host the listeners of many scale sets. The controller
assigns each scale set to one of them by its number (the shard), so each has its own service account with only the permissions that its
scale sets need.
*/}}

{{- define "gha-runner-scale-set-controller.shared" -}}
{{- if eq ((.Values.listener).mode | default "dedicated") "shared" -}}true{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.sharedListenerCount" -}}
{{- (.Values.listener).replicas | default 1 | int -}}
{{- end -}}

{{/* Prefix of the names of their Deployments and service accounts, followed by a dash and the shard's number. */}}
{{- define "gha-runner-scale-set-controller.sharedListenerName" -}}
{{- printf "%s-listener" (include "gha-runner-scale-set-controller.fullname" .) -}}
{{- end -}}

{{/*
Labels that identify the shared listeners of this release. Both the name and part-of must differ from the controller's: the controller's
Deployment, PodDisruptionBudget and Service select by the name, and the chart gha-runner-scale-set finds the controller by part-of.
*/}}
{{- define "gha-runner-scale-set-controller.sharedListenerLabels" -}}
app.kubernetes.io/name: {{ include "gha-runner-scale-set-controller.name" . | trunc 54 | trimSuffix "-" | printf "%s-listener" | quote }}
app.kubernetes.io/namespace: {{ include "gha-runner-scale-set-controller.namespace" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: shared-listener
{{- end -}}

{{/* Labels of an object of the shared listeners. Takes (list context labels...). */}}
{{- define "gha-runner-scale-set-controller.sharedListenerObjectLabels" -}}
{{- $root := first . -}}
{{- $labels := include "gha-runner-scale-set-controller.labels" $root | fromYaml -}}
{{- $own := include "gha-runner-scale-set-controller.sharedListenerLabels" $root | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "gha-runner-scale-set" -}}
{{- include "gha-runner-scale-set-controller.texts" (concat (list $labels $own) (rest .)) -}}
{{- end -}}

{{/* Labels of their pods. Takes (list context number). */}}
{{- define "gha-runner-scale-set-controller.sharedListenerPodLabels" -}}
{{- $root := first . -}}
{{- $labels := include "gha-runner-scale-set-controller.sharedListenerLabels" $root | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/part-of" "gha-runner-scale-set" -}}
{{- $_ = set $labels "app.kubernetes.io/version" ($root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $number := dict "actions.github.com/listener-shard" (last . | toString) -}}
{{- include "gha-runner-scale-set-controller.texts" (list $root.Values.listener.podLabels $labels $number) -}}
{{- end -}}

{{/*
What a listenerTemplate may set without requiring a pod of its own, because all shared listeners have it: their labels, annotations and
placement, as a pod template in JSON. Nothing if there is none.
*/}}
{{- define "gha-runner-scale-set-controller.sharedListenerTemplate" -}}
{{- $listener := .Values.listener -}}
{{- $metadata := dict -}}
{{- with $listener.podAnnotations -}}
{{- $_ := set $metadata "annotations" (include "gha-runner-scale-set-controller.texts" (list .) | fromYaml) -}}
{{- end -}}
{{- /* Labels that the chart sets itself take precedence over podLabels. */ -}}
{{- $own := include "gha-runner-scale-set-controller.sharedListenerPodLabels" (list $ 0) | fromYaml -}}
{{- $labels := dict -}}
{{- range $key, $value := include "gha-runner-scale-set-controller.texts" (list $listener.podLabels) | fromYaml -}}
{{- if eq $value (get $own $key) -}}{{- $_ := set $labels $key $value -}}{{- end -}}
{{- end -}}
{{- with $labels -}}{{- $_ := set $metadata "labels" . -}}{{- end -}}
{{- $spec := dict -}}
{{- range $key := list "nodeSelector" "affinity" "topologySpreadConstraints" "tolerations" "priorityClassName" -}}
{{- with get $listener $key -}}
{{- $_ := set $spec $key . -}}
{{- end -}}
{{- end -}}
{{- $template := dict -}}
{{- with $metadata -}}{{- $_ := set $template "metadata" . -}}{{- end -}}
{{- with $spec -}}{{- $_ := set $template "spec" . -}}{{- end -}}
{{- if $template -}}
{{- toRawJson $template -}}
{{- end -}}
{{- end -}}

{{/* Takes (list context number). */}}
{{- define "gha-runner-scale-set-controller.sharedListenerEnv" -}}
{{- $root := first . -}}
{{- $flags := $root.Values.flags -}}
- name: LISTENER_SHARD
  value: {{ last . | toString | quote }}
- name: LISTENER_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
# The pod's name, which tells the controller which pod hosts a listener.
- name: HOSTNAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: LISTENER_HEALTH_ADDR
  value: ":8081"
{{- if include "gha-runner-scale-set-controller.metricsPort" (list $root "listenerAddr") }}
- name: LISTENER_METRICS_ADDR
  value: {{ include "gha-runner-scale-set-controller.text" $root.Values.metrics.listenerAddr | quote }}
- name: LISTENER_METRICS_ENDPOINT
  value: {{ $root.Values.metrics.listenerEndpoint | default "/metrics" | quote }}
{{- end }}
{{- with $flags.logLevel }}
- name: LISTENER_LOG_LEVEL
  value: {{ . | quote }}
{{- end }}
{{- with $flags.logFormat }}
- name: LISTENER_LOG_FORMAT
  value: {{ . | quote }}
{{- end }}
{{- if $root.Values.listener.keyVaultNamespaces }}
- name: LISTENER_VAULT_CERTIFICATES
  value: {{ include "gha-runner-scale-set-controller.sharedListenerCertificates" $root | quote }}
{{- end }}
{{- with include "gha-runner-scale-set-controller.caBundleEnv" $root }}
{{ . }}
{{- end }}
{{- with $root.Values.listener.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The directory of the certificates for vaults. Never every path, because shared listeners have the certificates of several namespaces. */}}
{{- define "gha-runner-scale-set-controller.sharedListenerCertificates" -}}
{{- $directory := .Values.flags.vaultCertificateDirectory | default "any" -}}
{{- ternary "/vault-certificates" $directory (eq $directory "any") | trimSuffix "/" -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.sharedListenerMounts" -}}
{{- with include "gha-runner-scale-set-controller.caBundleMount" . }}
{{ . }}
{{- end }}
{{- range $number, $namespace := .Values.listener.keyVaultNamespaces }}
- name: vault-certificate-{{ $number }}
  mountPath: {{ printf "%s/%s" (include "gha-runner-scale-set-controller.sharedListenerCertificates" $) $namespace | quote }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* A missing Secret concerns only the scale sets of its namespace. */}}
{{- define "gha-runner-scale-set-controller.sharedListenerVolumes" -}}
{{- with include "gha-runner-scale-set-controller.caBundleVolume" . }}
{{ . }}
{{- end }}
{{- range $number, $namespace := .Values.listener.keyVaultNamespaces }}
- name: vault-certificate-{{ $number }}
  secret:
    secretName: {{ printf "vault-certificate-%s" $namespace | quote }}
    optional: true
{{- end }}
{{- end -}}

{{/*
The number of listeners if it is high enough to suggest shared listeners; otherwise nothing. A lookup fails if Helm may not read, or
if the API server does not know the kind yet. Whoever installs this chart may read AutoscalingListeners, because its Role grants that to the
controller. The CRD is read only in an upgrade that reads CRDs anyway; an installation has just created it.
*/}}
{{- define "gha-runner-scale-set-controller.dedicatedListeners" -}}
{{- if and .Release.IsUpgrade (include "gha-runner-scale-set-controller.crdUpgrade.enabled" .) -}}
{{- if lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "autoscalinglisteners.actions.github.com" -}}
{{- $namespace := include "gha-runner-scale-set-controller.namespace" . -}}
{{- $count := (lookup "actions.github.com/v1alpha1" "AutoscalingListener" $namespace "").items | default list | len -}}
{{- if gt $count 20 -}}{{- $count -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
