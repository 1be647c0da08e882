{{/* Warnings about values that are accepted but have no effect or need further action, as a YAML list of sentences. */}}
{{- define "gha-runner-scale-set.warnings" -}}
{{- $warnings := list -}}
{{- $mode := include "gha-runner-scale-set.containerMode" . -}}
{{- $spec := (.Values.template).spec | default dict -}}
{{- $settings := .Values.containerMode | default dict -}}
{{- if .Values.nameOverride -}}
{{- $warnings = append $warnings "the value nameOverride has no effect. Set runnerScaleSetName instead." -}}
{{- end -}}
{{- range $key, $value := omit ((.Values.template).metadata | default dict) "labels" "annotations" -}}
{{- if $value -}}
{{- $warnings = append $warnings (printf "the value template.metadata.%s has no effect." $key) -}}
{{- end -}}
{{- end -}}
{{- range $key := list "dind" "dindExternals" -}}
{{- if and (get $settings $key) (ne $mode "dind") -}}
{{- $warnings = append $warnings (printf "the value containerMode.%s has no effect because containerMode.type is not \"dind\"." $key) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $mode "dind") (include "gha-runner-scale-set.byName" (list "dind" $spec.containers)) -}}
{{- $warnings = append $warnings "the container dind in template.spec.containers has no effect because the chart adds its own. Set containerMode.dind instead." -}}
{{- end -}}
{{- if and $settings.kubernetesModeWorkVolumeClaim (ne $mode "kubernetes") -}}
{{- $warnings = append $warnings "the value containerMode.kubernetesModeWorkVolumeClaim has no effect because containerMode.type is not \"kubernetes\"." -}}
{{- end -}}
{{- if and $settings.kubernetesModeWorkVolumeClaim (eq $mode "kubernetes") (include "gha-runner-scale-set.byName" (list "work" $spec.volumes)) -}}
{{- $warnings = append $warnings "the value containerMode.kubernetesModeWorkVolumeClaim has no effect because template.spec.volumes has a volume named work." -}}
{{- end -}}
{{- $kubernetes := hasPrefix "kubernetes" $mode -}}
{{- if and $settings.kubernetesModeAdditionalRoleRules (or (not $kubernetes) $spec.serviceAccountName) -}}
{{- $warnings = append $warnings "the value containerMode.kubernetesModeAdditionalRoleRules has no effect because the chart creates no Role for the runners: containerMode.type is not one of the kubernetes modes, or template.spec.serviceAccountName is set." -}}
{{- end -}}
{{- if and $kubernetes (eq .Release.Namespace (include "gha-runner-scale-set.namespace" .)) -}}
{{- $warnings = append $warnings "jobs can change Helm's record of this release, and thereby gain the permissions of whoever runs Helm next. Install the release in a namespace without runners, and set namespaceOverride; see docs/security.md." -}}
{{- end -}}
{{- if and $kubernetes $spec.serviceAccountName -}}
{{- $warnings = append $warnings (printf "the runners' service account %s needs the permissions to run jobs in pods; see docs/container-modes.md." $spec.serviceAccountName) -}}
{{- end -}}
{{- if not (or $mode (include "gha-runner-scale-set.byName" (list "runner" $spec.containers))) -}}
{{- $warnings = append $warnings "template.spec.containers has no container named runner, so no jobs will run." -}}
{{- end -}}
{{- $vault := .Values.keyVault | default dict -}}
{{- if and $vault (include "gha-runner-scale-set.createsGithubSecret" .) -}}
{{- $warnings = append $warnings "with keyVault, githubConfigSecret should be the name of the vault's entry; the Secret that the chart creates is not used." -}}
{{- end -}}
{{- if or ($vault.azureKeyVault).secretKey ($vault.azure_key_vault).secret_key -}}
{{- $warnings = append $warnings "the value keyVault.azureKeyVault.secretKey has no effect." -}}
{{- end -}}
{{- if eq (include "gha-runner-scale-set.count" .Values.maxRunners) "0" -}}
{{- $warnings = append $warnings "maxRunners is 0, so the scale set is paused." -}}
{{- end -}}
{{- toYaml $warnings -}}
{{- end -}}
