{{/*
Checks that values.schema.json cannot express: combinations of values, and limits whose messages users know. Every object includes this, so
that an invalid value is reported before the discovery of the controller, regardless of the order in which Helm renders.
*/}}
{{- define "gha-runner-scale-set.validate" -}}
{{- include "gha-runner-scale-set.validate.names" . -}}
{{- include "gha-runner-scale-set.validate.github" . -}}
{{- include "gha-runner-scale-set.validate.proxy" . -}}
{{- include "gha-runner-scale-set.validate.scale" . -}}
{{- include "gha-runner-scale-set.validate.keyVault" . -}}
{{- include "gha-runner-scale-set.validate.listenerTemplate" . -}}
{{- include "gha-runner-scale-set.validate.pod" . -}}
{{- end -}}

{{- define "gha-runner-scale-set.validate.names" -}}
{{- $name := include "gha-runner-scale-set.scaleSetName" . -}}
{{- $value := ternary "runnerScaleSetName" "the name of the release" (not (empty .Values.runnerScaleSetName)) -}}
{{- if or (not $name) (gt (len $name) 45) -}}
{{- fail (printf "Name must have up to 45 characters: %s has %d" $value (len $name)) -}}
{{- end -}}
{{- $part := "[a-z0-9]([-a-z0-9]*[a-z0-9])?" -}}
{{- if not (regexMatch (printf "^%s([.]%s)*$" $part $part) (include "gha-runner-scale-set.autoscalingRunnerSetName" .)) -}}
{{- fail (printf "%s %q cannot be part of the names of Kubernetes objects: use lowercase letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both ends and on both sides of a \".\"" $value $name) -}}
{{- end -}}
{{- if gt (len (include "gha-runner-scale-set.namespace" .)) 63 -}}
{{- fail "Namespace must have up to 63 characters: namespaceOverride" -}}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.validate.github" -}}
{{- if not .Values.githubConfigUrl -}}
{{- fail ".Values.githubConfigUrl is required" -}}
{{- end -}}
{{- $secret := .Values.githubConfigSecret -}}
{{- if kindIs "map" $secret -}}
{{- if not (or $secret.github_token $secret.github_app_id) -}}
{{- fail "A valid .Values.githubConfigSecret is required for setting auth with GitHub server, provide .Values.githubConfigSecret.github_token or .Values.githubConfigSecret.github_app_id." -}}
{{- end -}}
{{- if and $secret.github_app_id (not (and $secret.github_app_installation_id $secret.github_app_private_key)) -}}
{{- fail "A valid .Values.githubConfigSecret is required for setting auth with GitHub server, provide .Values.githubConfigSecret.github_app_installation_id and .Values.githubConfigSecret.github_app_private_key." -}}
{{- end -}}
{{- else if not $secret -}}
{{- fail "Values.githubConfigSecret is required for setting auth with GitHub server." -}}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.validate.proxy" -}}
{{- range $scheme := list "http" "https" -}}
{{- with get ($.Values.proxy | default dict) $scheme -}}
{{- if and .credentialSecretRef (not .url) -}}
{{- fail (printf "proxy.%s.url is required when proxy.%s.credentialSecretRef is set" $scheme $scheme) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.validate.scale" -}}
{{- $min := include "gha-runner-scale-set.count" .Values.minRunners -}}
{{- $max := include "gha-runner-scale-set.count" .Values.maxRunners -}}
{{- if and $min $max (gt (int64 $min) (int64 $max)) -}}
{{- fail "maxRunners has to be greater or equal to minRunners" -}}
{{- end -}}
{{- if and $max (lt (int64 $max) 0) -}}
{{- fail "maxRunners has to be greater or equal to 0" -}}
{{- end -}}
{{- if and $min (lt (int64 $min) 0) -}}
{{- fail "minRunners has to be greater or equal to 0" -}}
{{- end -}}
{{- range .Values.scaleSetLabels -}}
{{- if not . -}}
{{- fail "scaleSetLabels contains an empty string, each label must be a non-empty string of less than 256 characters" -}}
{{- else if ge (len .) 256 -}}
{{- fail "scaleSetLabels contains a label that is 256 characters or more, each label must be a non-empty string of less than 256 characters" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "gha-runner-scale-set.validate.keyVault" -}}
{{- with .Values.keyVault -}}
{{- if ne (.type | toString) "azure_key_vault" -}}
{{- fail (printf "Unsupported keyVault type: %s" (.type | default "")) -}}
{{- end -}}
{{- $vault := include "gha-runner-scale-set.vaultConfig" $ | fromYaml -}}
{{- range $key := list "url" "tenantId" "clientId" "certificatePath" -}}
{{- if not (get $vault.azureKeyVault $key) -}}
{{- fail (printf "keyVault.azureKeyVault.%s is required when keyVault.type is azure_key_vault" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Values copied from the Go system may name the Go controller's image. */}}
{{- define "gha-runner-scale-set.validate.listenerTemplate" -}}
{{- with include "gha-runner-scale-set.byName" (list "listener" ((.Values.listenerTemplate).spec).containers) -}}
{{- $image := (fromYaml .).image | toString -}}
{{- if contains "actions/gha-runner-scale-set-controller" $image -}}
{{- fail (printf "listenerTemplate.spec.containers: the image %s of the container listener is the Go controller's, which cannot read this controller's configuration: remove image, and the controller sets its own" $image) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Pods that the API server would reject, or that could never run a job. */}}
{{- define "gha-runner-scale-set.validate.pod" -}}
{{- $spec := (.Values.template).spec | default dict -}}
{{- $mode := include "gha-runner-scale-set.containerMode" . -}}
{{- $runner := include "gha-runner-scale-set.byName" (list "runner" $spec.containers) -}}
{{- if and $mode (not $runner) -}}
{{- fail (printf "template.spec.containers must have a container named runner when containerMode.type is %s" $mode) -}}
{{- end -}}
{{- $claim := (.Values.containerMode).kubernetesModeWorkVolumeClaim -}}
{{- if and (eq $mode "kubernetes") (not $claim) (not (include "gha-runner-scale-set.byName" (list "work" $spec.volumes))) -}}
{{- fail "containerMode.kubernetesModeWorkVolumeClaim, or a volume named work in template.spec.volumes, is required when containerMode.type is kubernetes" -}}
{{- end -}}
{{- if include "gha-runner-scale-set.tls.mounted" . -}}
{{- $ref := ((.Values.githubServerTLS).certificateFrom).configMapKeyRef | default dict -}}
{{- range $key := list "name" "key" -}}
{{- if not (get $ref $key) -}}
{{- fail (printf "githubServerTLS.certificateFrom.configMapKeyRef.%s is required when githubServerTLS.runnerMountPath is set" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
