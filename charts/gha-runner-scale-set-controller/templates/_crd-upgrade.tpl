{{/*
The upgrade of the CRDs: a hook that Helm runs before everything else of an installation or an upgrade. Helm itself installs the CRDs of the
directory crds/, but never changes them at an upgrade (and Helm 3 not even at an installation). The hook is rendered only if the cluster's CRDs lack something that
those of this chart have, so usually no Job runs. Without a cluster (helm template, GitOps tools that apply its output), nothing is rendered.
*/}}

{{/* By default, a controller of a single namespace leaves the CRDs, which it shares with others, to an administrator. */}}
{{- define "gha-runner-scale-set-controller.crdUpgrade.enabled" -}}
{{- $upgrade := (.Values.crds).upgrade -}}
{{- if kindIs "bool" $upgrade -}}
{{- if $upgrade -}}true{{- end -}}
{{- else if not .Values.flags.watchSingleNamespace -}}
true
{{- end -}}
{{- end -}}

{{/* Names of CRDs in the cluster, as lists "missing", "outdated" and "current". */}}
{{- define "gha-runner-scale-set-controller.crdUpgrade.state" -}}
{{- $state := dict "missing" list "outdated" list "current" list -}}
{{- range $path, $_ := .Files.Glob "crds/*.yaml" -}}
{{- $crd := $.Files.Get $path | fromYaml -}}
{{- $name := $crd.metadata.name -}}
{{- $live := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $name -}}
{{- $is := "missing" -}}
{{- if $live -}}
{{- $is = ternary "current" "outdated" (eq "true" (include "gha-runner-scale-set-controller.crdUpgrade.contains" (list $live $crd))) -}}
{{- end -}}
{{- $_ := set $state $is (append (get $state $is) $name) -}}
{{- end -}}
{{- toYaml $state -}}
{{- end -}}

{{/*
Whether a CRD of the cluster contains the chart's, so that nothing changes if the chart's is merged into it. CRDs of a newer version contain
those of an older one. Takes (list live wanted).
*/}}
{{- define "gha-runner-scale-set-controller.crdUpgrade.contains" -}}
{{- $live := dict -}}
{{- range (first .).spec.versions -}}
{{- $_ := set $live .name . -}}
{{- end -}}
{{- $contains := true -}}
{{- range (last .).spec.versions -}}
{{- $same := get $live .name -}}
{{- if or (not $same) (ne (toJson $same) (mergeOverwrite (deepCopy $same) . | toJson)) -}}
{{- $contains = false -}}
{{- end -}}
{{- end -}}
{{- $contains -}}
{{- end -}}

{{/* Metadata of one of the hook's objects. Takes (list context namespace); an empty namespace renders none. */}}
{{- define "gha-runner-scale-set-controller.crdUpgrade.metadata" -}}
{{- include "gha-runner-scale-set-controller.hook.metadata" (dict
      "root" (first .)
      "hook" "crd-upgrade"
      "namespace" (last .)
      "events" "pre-install,pre-upgrade"
      "delete" "before-hook-creation,hook-succeeded") -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.crdUpgrade.args" -}}
- --upgrade-crds
{{- include "gha-runner-scale-set-controller.hook.logArgs" . }}
{{- end -}}
