{{/*
One map of several with all values as texts, as a label or annotation that YAML reads as a number or boolean is none for the API server.
Of equal keys the later map's counts, also an empty one (which merge functions would skip). Takes a list of maps.
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

{{/* A scalar as text. Helm reads numbers of a values file as floats and would print 1000000 as 1e+06. */}}
{{- define "gha-runner-scale-set-controller.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}
{{- printf "%.0f" . -}}
{{- else if not (kindIs "invalid" .) -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* A quantity of memory in bytes; nothing if there is none, or a unit that nobody uses for memory. */}}
{{- define "gha-runner-scale-set-controller.bytes" -}}
{{- $text := include "gha-runner-scale-set-controller.text" . -}}
{{- $number := regexFind "^[0-9]+([.][0-9]+)?" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- $units := dict "" 1.0 "k" 1e3 "M" 1e6 "G" 1e9 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 -}}
{{- if and $number (hasKey $units $unit) -}}
{{- mulf (float64 $number) (get $units $unit) -}}
{{- end -}}
{{- end -}}
