{{/*
Merges several maps into one with all values as strings, because the API server rejects labels and annotations that YAML reads as numbers or
booleans. Later maps override earlier ones, even with an empty value (which merge functions would skip). Takes a list of maps.
*/}}
{{- define "gha-runner-scale-set-controller.texts" -}}
{{- $texts := dict -}}
{{- range . -}}
{{- range $key, $value := . -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $texts $key (include "gha-runner-scale-set-controller.text" $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $texts -}}
{{- end -}}

{{/* A scalar as a string. Helm reads numbers in a values file as floats and would print 1000000 as 1e+06. */}}
{{- define "gha-runner-scale-set-controller.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}
{{- printf "%.0f" . -}}
{{- else if not (kindIs "invalid" .) -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* A memory quantity in bytes, or nothing if it is not set or has a unit that is not used for memory. */}}
{{- define "gha-runner-scale-set-controller.bytes" -}}
{{- $text := include "gha-runner-scale-set-controller.text" . -}}
{{- $number := regexFind "^[0-9]+([.][0-9]+)?" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- $units := dict "" 1.0 "k" 1e3 "M" 1e6 "G" 1e9 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 -}}
{{- if and $number (hasKey $units $unit) -}}
{{- mulf (float64 $number) (get $units $unit) -}}
{{- end -}}
{{- end -}}
