{{/*
Merges several maps into one with all values as strings, because the API server rejects labels and annotations that YAML reads as numbers or
booleans. Later maps override earlier ones, even with an empty value (which merge functions would skip). Takes a list of maps.
*/}}
{{- define "gha-runner-scale-set.texts" -}}
{{- $texts := dict -}}
{{- range . -}}
{{- range $key, $value := . -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $texts $key (include "gha-runner-scale-set.text" $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $texts -}}
{{- end -}}

{{/* A scalar as a string. Helm reads numbers in a values file as floats and would print 1000000 as 1e+06. */}}
{{- define "gha-runner-scale-set.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}
{{- printf "%.0f" . -}}
{{- else if not (kindIs "invalid" .) -}}
{{- . -}}
{{- end -}}
{{- end -}}
