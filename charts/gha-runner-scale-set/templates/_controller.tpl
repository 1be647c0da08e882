{{/*
Name or namespace of the controller's service account, to which the manager Role is bound: the value if set, else the service account of the
installed controller that serves this namespace, found by the labels of its Deployment. Takes (list context "name"|"namespace"). Helm cannot
look up Deployments in "helm template" or without permission to list them.
*/}}
{{- define "gha-runner-scale-set.controllerServiceAccount" -}}
{{- $root := first . -}}
{{- $key := last . -}}
{{- $explicit := get ($root.Values.controllerServiceAccount | default dict) $key -}}
{{- if $explicit -}}
{{- $explicit -}}
{{- else -}}
{{- $label := printf "actions.github.com/controller-service-account-%s" $key -}}
{{- $labels := include "gha-runner-scale-set.controllerLabels" . | fromYaml -}}
{{- if not (get $labels $label) -}}
{{- fail (printf "No service account %s found for gha-rs-controller deployment using label (%s), consider setting controllerServiceAccount.%s in values.yaml to be explicit if you think the discovery is wrong." $key $label $key) -}}
{{- end -}}
{{- get $labels $label -}}
{{- end -}}
{{- end -}}

{{/* Labels of the Deployment of the controller that serves this namespace. Takes (list context "name"|"namespace"). */}}
{{- define "gha-runner-scale-set.controllerLabels" -}}
{{- $root := first . -}}
{{- $advice := printf "Consider setting controllerServiceAccount.%s in values.yaml to be explicit if you think the discovery is wrong." (last .) -}}
{{- $partOf := "app.kubernetes.io/part-of" -}}
{{- $watches := "actions.github.com/controller-watch-single-namespace" -}}
{{- $namespace := include "gha-runner-scale-set.namespace" $root -}}
{{- $everywhere := list -}}
{{- $single := list -}}
{{- $here := list -}}
{{- range (lookup "apps/v1" "Deployment" "" "").items -}}
{{- $labels := .metadata.labels | default dict -}}
{{- if eq (get $labels $partOf) "gha-rs-controller" -}}
{{- if hasKey $labels $watches -}}
{{- $single = append $single $labels -}}
{{- if eq (get $labels $watches) $namespace -}}
{{- $here = append $here $labels -}}
{{- end -}}
{{- else -}}
{{- $everywhere = append $everywhere $labels -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if not (or $everywhere $single) -}}
{{- fail (printf "No gha-rs-controller deployment found using label (%s=gha-rs-controller). %s" $partOf $advice) -}}
{{- else if and $everywhere $single -}}
{{- fail (printf "Found both gha-rs-controller installed with flags.watchSingleNamespace set and unset in cluster, this is not supported. %s" $advice) -}}
{{- else if gt (len $everywhere) 1 -}}
{{- fail (printf "More than one gha-rs-controller deployment found using label (%s=gha-rs-controller). %s" $partOf $advice) -}}
{{- else if $everywhere -}}
{{- toYaml (first $everywhere) -}}
{{- else if gt (len $here) 1 -}}
{{- /* One of them may belong to someone who wants the permissions of the manager Role: any tenant can label a Deployment. */ -}}
{{- fail (printf "More than one gha-rs-controller deployment that watches this namespace found using label (%s=%s). %s" $watches $namespace $advice) -}}
{{- else if $here -}}
{{- toYaml (first $here) -}}
{{- else -}}
{{- fail (printf "No gha-rs-controller deployment that watch this namespace found using label (%s). %s" $watches $advice) -}}
{{- end -}}
{{- end -}}
